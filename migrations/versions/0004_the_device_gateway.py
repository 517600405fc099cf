"""The device gateway: provisioning, tokens, heartbeats, commands"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('device_tokens',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_device_tokens'))
    )
    with op.batch_alter_table('device_tokens', schema=None) as batch_op:
        batch_op.create_index('ix_device_tokens_device_created', ['device_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_device_tokens_expires_at'), ['expires_at'], unique=False)

    op.create_table('commands',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('command_id', sa.String(length=36), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=True),
    sa.Column('type', sa.String(length=80), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('visible_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claims', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('idempotency_key', sa.String(length=120), nullable=True),
    sa.Column('requested_by_id', sa.Integer(), nullable=True),
    sa.Column('requested_by', sa.String(length=120), nullable=False),
    sa.Column('decided_by', sa.String(length=120), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_reason', sa.String(length=500), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_commands_client_id_clients')),
    sa.ForeignKeyConstraint(['requested_by_id'], ['users.id'], name=op.f('fk_commands_requested_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commands')),
    sa.UniqueConstraint('command_id', name=op.f('uq_commands_command_id')),
    sa.UniqueConstraint('device_id', 'idempotency_key', name=op.f('uq_commands_device_id'))
    )
    with op.batch_alter_table('commands', schema=None) as batch_op:
        batch_op.create_index('ix_commands_client', ['client_id', 'id'], unique=False)
        batch_op.create_index('ix_commands_client_state', ['client_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_commands_device', ['device_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commands_finished_at'), ['finished_at'], unique=False)
        batch_op.create_index('ix_commands_overdue', ['visible_at'], unique=False, sqlite_where=sa.text("state = 'claimed'"), postgresql_where=sa.text("state = 'claimed'"))
        batch_op.create_index('ix_commands_queue', ['device_id', 'priority', 'id', 'visible_at', 'attempts', 'client_id', 'state'], unique=False, sqlite_where=sa.text("state IN ('queued', 'claimed')"), postgresql_where=sa.text("state IN ('queued', 'claimed')"))
        batch_op.create_index(batch_op.f('ix_commands_requested_by_id'), ['requested_by_id'], unique=False)
        batch_op.create_index('ix_commands_session', ['session_id', 'id'], unique=False)
        batch_op.create_index('ix_commands_state', ['state', 'id'], unique=False)

    op.create_table('device_provisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=True),
    sa.Column('location', sa.String(length=200), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_device_provisions_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_device_provisions_made_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_provisions')),
    sa.UniqueConstraint('device_id', name=op.f('uq_device_provisions_device_id'))
    )
    with op.batch_alter_table('device_provisions', schema=None) as batch_op:
        batch_op.create_index('ix_device_provisions_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_device_provisions_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_device_provisions_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('command_results',
    sa.Column('command_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('output', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('executed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('duration', sa.Integer(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['command_id'], ['commands.id'], name=op.f('fk_command_results_command_id_commands'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('command_id', name=op.f('pk_command_results'))
    )
    op.create_table('heartbeats',
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('metrics', sa.JSON(), nullable=True),
    sa.Column('diagnostics', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_heartbeats_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('device_id', name=op.f('pk_heartbeats'))
    )
    with op.batch_alter_table('device_credentials', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('devices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('location', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('model', sa.String(length=120), nullable=True))

    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('description', sa.String(length=2000), nullable=True))
        batch_op.create_index('uq_sessions_active_of_device', ['device_id'], unique=True, sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))



def downgrade() -> None:
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index('uq_sessions_active_of_device', sqlite_where=sa.text("status = 'active'"), postgresql_where=sa.text("status = 'active'"))
        batch_op.drop_column('description')

    with op.batch_alter_table('devices', schema=None) as batch_op:
        batch_op.drop_column('model')
        batch_op.drop_column('location')

    with op.batch_alter_table('device_credentials', schema=None) as batch_op:
        batch_op.drop_column('suspended_at')

    op.drop_table('heartbeats')
    op.drop_table('command_results')
    with op.batch_alter_table('device_provisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_provisions_made_by_id'))
        batch_op.drop_index(batch_op.f('ix_device_provisions_expires_at'))
        batch_op.drop_index('ix_device_provisions_client_created')

    op.drop_table('device_provisions')
    with op.batch_alter_table('commands', schema=None) as batch_op:
        batch_op.drop_index('ix_commands_state')
        batch_op.drop_index('ix_commands_session')
        batch_op.drop_index(batch_op.f('ix_commands_requested_by_id'))
        batch_op.drop_index('ix_commands_queue', sqlite_where=sa.text("state IN ('queued', 'claimed')"), postgresql_where=sa.text("state IN ('queued', 'claimed')"))
        batch_op.drop_index('ix_commands_overdue', sqlite_where=sa.text("state = 'claimed'"), postgresql_where=sa.text("state = 'claimed'"))
        batch_op.drop_index(batch_op.f('ix_commands_finished_at'))
        batch_op.drop_index('ix_commands_device')
        batch_op.drop_index('ix_commands_client_state')
        batch_op.drop_index('ix_commands_client')

    op.drop_table('commands')
    with op.batch_alter_table('device_tokens', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_tokens_expires_at'))
        batch_op.drop_index('ix_device_tokens_device_created')

    op.drop_table('device_tokens')
