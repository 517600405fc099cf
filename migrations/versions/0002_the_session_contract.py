"""The session contract whole: sharing, recordings, single sign-on, preferences, invitations, links"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('share_credentials',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_share_credentials'))
    )
    with op.batch_alter_table('share_credentials', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_share_credentials_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_share_credentials_session_id'), ['session_id'], unique=False)

    op.create_table('recordings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('technician_id', sa.Integer(), nullable=True),
    sa.Column('technician_name', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=True),
    sa.Column('chunks', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('duration_ms', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_recordings_client_id_clients')),
    sa.ForeignKeyConstraint(['technician_id'], ['users.id'], name=op.f('fk_recordings_technician_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.create_index('ix_recordings_client_state', ['client_id', 'state'], unique=False)
        batch_op.create_index('ix_recordings_session_started', ['session_id', 'started_at'], unique=False)
        batch_op.create_index('ix_recordings_state_ended', ['state', 'ended_at'], unique=False)

    op.create_table('linked_identities',
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_linked_identities_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('pk_linked_identities')),
    sa.UniqueConstraint('issuer', 'user_id', name=op.f('uq_linked_identities_issuer'))
    )
    with op.batch_alter_table('linked_identities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_linked_identities_user_id'), ['user_id'], unique=False)

    op.create_table('spent_attempts',
    sa.Column('state_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_spent_attempts'))
    )
    with op.batch_alter_table('spent_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spent_attempts_expires_at'), ['expires_at'], unique=False)

    op.create_table('preferences',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('dashboard_layout', sa.JSON(), nullable=True),
    sa.Column('session_history_retention_days', sa.Integer(), nullable=True),
    sa.Column('phone_support_rate', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('whatsapp_support_rate', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('remote_control_support_rate', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_preferences_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_preferences'))
    )

    op.create_table('session_invitations',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('inviter_id', sa.Integer(), nullable=False),
    sa.Column('inviter_name', sa.String(length=120), nullable=False),
    sa.Column('invitee_id', sa.Integer(), nullable=False),
    sa.Column('invitee_name', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invitee_id'], ['users.id'], name=op.f('fk_session_invitations_invitee_id_users')),
    sa.ForeignKeyConstraint(['inviter_id'], ['users.id'], name=op.f('fk_session_invitations_inviter_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_invitations'))
    )
    with op.batch_alter_table('session_invitations', schema=None) as batch_op:
        batch_op.create_index('ix_session_invitations_invitee', ['invitee_id', 'outcome', 'expires_at'], unique=False)
        batch_op.create_index('ix_session_invitations_session', ['session_id', 'outcome'], unique=False)

    op.create_table('short_links',
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_short_links'))
    )
    with op.batch_alter_table('short_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_short_links_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_short_links_expires_at'), ['expires_at'], unique=False)


def downgrade() -> None:
    for table in ('short_links', 'session_invitations', 'preferences', 'spent_attempts', 'linked_identities',
                  'recordings', 'share_credentials'):
        op.drop_table(table)
