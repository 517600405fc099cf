"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('session_id', sa.String(length=16), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entries_at', ['at'], unique=False)
        batch_op.create_index('ix_audit_entries_client_at', ['client_id', 'at'], unique=False)
        batch_op.create_index('ix_audit_entries_level_at', ['level', 'at'], unique=False)
        batch_op.create_index('ix_audit_entries_category_at', ['category', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_device_id'), ['device_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_session_id'), ['session_id'], unique=False)

    op.create_table('chat_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('sender', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('client_key', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_messages'))
    )
    with op.batch_alter_table('chat_messages', schema=None) as batch_op:
        batch_op.create_index('ix_chat_messages_session_at', ['session_id', 'at'], unique=False)
        batch_op.create_index('ix_chat_messages_client_key', ['session_id', 'client_key'], unique=True)

    op.create_table('clients',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients')),
    sa.UniqueConstraint('name', name=op.f('uq_clients_name')),
    sa.UniqueConstraint('slug', name=op.f('uq_clients_slug'))
    )

    op.create_table('device_credentials',
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('device_id', name=op.f('pk_device_credentials'))
    )

    op.create_table('session_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('who', sa.String(length=120), nullable=False),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_events'))
    )
    with op.batch_alter_table('session_events', schema=None) as batch_op:
        batch_op.create_index('ix_session_events_session_at', ['session_id', 'at'], unique=False)

    op.create_table('session_files',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('original_name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('fetched', sa.BigInteger(), nullable=False),
    sa.Column('mime_type', sa.String(length=120), nullable=False),
    sa.Column('direction', sa.String(length=20), nullable=False),
    sa.Column('folder', sa.String(length=500), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('downloaded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_files'))
    )
    with op.batch_alter_table('session_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_files_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index('ix_session_files_client_status', ['client_id', 'status'], unique=False)
        batch_op.create_index('ix_session_files_session_uploaded', ['session_id', 'uploaded_at'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('full_name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_users_client_id_clients')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email')),
    sa.UniqueConstraint('username', name=op.f('uq_users_username'))
    )

    op.create_table('cases',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('customer_name', sa.String(length=120), nullable=True),
    sa.Column('machine_name', sa.String(length=255), nullable=True),
    sa.Column('technician_id', sa.Integer(), nullable=True),
    sa.Column('technician_name', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('problem_description', sa.Text(), nullable=False),
    sa.Column('work_done', sa.Text(), nullable=False),
    sa.Column('recommendations', sa.Text(), nullable=False),
    sa.Column('remote_viewing_seconds', sa.Integer(), nullable=False),
    sa.Column('phone_support_minutes', sa.Integer(), nullable=False),
    sa.Column('whatsapp_support_minutes', sa.Integer(), nullable=False),
    sa.Column('includes_chat', sa.Boolean(), nullable=False),
    sa.Column('record', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_cases_client_id_clients')),
    sa.ForeignKeyConstraint(['technician_id'], ['users.id'], name=op.f('fk_cases_technician_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('number', name=op.f('uq_cases_number'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_device_id'), ['device_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_session_id'), ['session_id'], unique=False)

    op.create_table('devices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('technician_id', sa.Integer(), nullable=True),
    sa.Column('support_code', sa.String(length=6), nullable=True),
    sa.Column('customer_name', sa.String(length=120), nullable=True),
    sa.Column('machine_name', sa.String(length=120), nullable=True),
    sa.Column('display_name', sa.String(length=120), nullable=True),
    sa.Column('hostname', sa.String(length=255), nullable=True),
    sa.Column('os', sa.String(length=120), nullable=True),
    sa.Column('platform', sa.String(length=40), nullable=True),
    sa.Column('arch', sa.String(length=40), nullable=True),
    sa.Column('username', sa.String(length=120), nullable=True),
    sa.Column('mac_address', sa.String(length=40), nullable=True),
    sa.Column('last_ip', sa.String(length=64), nullable=True),
    sa.Column('helper_version', sa.String(length=40), nullable=True),
    sa.Column('allow_unattended', sa.Boolean(), nullable=False),
    sa.Column('permanent_password', sa.Text(), nullable=True),
    sa.Column('pending_session_id', sa.String(length=16), nullable=True),
    sa.Column('pending_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('last_seen', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_devices_client_id_clients')),
    sa.ForeignKeyConstraint(['technician_id'], ['users.id'], name=op.f('fk_devices_technician_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_devices')),
    sa.UniqueConstraint('device_id', name=op.f('uq_devices_device_id'))
    )
    with op.batch_alter_table('devices', schema=None) as batch_op:
        batch_op.create_index('ix_devices_client_last_seen', ['client_id', 'last_seen'], unique=False)
        batch_op.create_index('ix_devices_last_seen', ['last_seen'], unique=False)

    op.create_table('logins',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_logins_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logins'))
    )
    with op.batch_alter_table('logins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_logins_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_logins_user_id'), ['user_id'], unique=False)

    op.create_table('sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.String(length=16), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('technician_id', sa.Integer(), nullable=True),
    sa.Column('technician_name', sa.String(length=120), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('support_code', sa.String(length=6), nullable=True),
    sa.Column('support_code_id', sa.Integer(), nullable=True),
    sa.Column('customer_name', sa.String(length=120), nullable=True),
    sa.Column('machine_name', sa.String(length=120), nullable=True),
    sa.Column('allow_unattended', sa.Boolean(), nullable=False),
    sa.Column('client_info', sa.JSON(), nullable=True),
    sa.Column('capabilities', sa.JSON(), nullable=True),
    sa.Column('vnc_port', sa.Integer(), nullable=True),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registered_from', sa.String(length=64), nullable=True),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('admitted', sa.JSON(), nullable=False),
    sa.Column('removed', sa.JSON(), nullable=False),
    sa.Column('helper_left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('viewing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('viewing_seconds', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('connected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_sessions_client_id_clients')),
    sa.ForeignKeyConstraint(['technician_id'], ['users.id'], name=op.f('fk_sessions_technician_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('session_id', name=op.f('uq_sessions_session_id'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_support_code_id'), ['support_code_id'], unique=False)
        batch_op.create_index('ix_sessions_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index('ix_sessions_created', ['created_at'], unique=False)
        batch_op.create_index('ix_sessions_device_status', ['device_id', 'status'], unique=False)
        batch_op.create_index('ix_sessions_status_expires', ['status', 'expires_at'], unique=False)
        batch_op.create_index('ix_sessions_registered', ['registered_from', 'registered_at'], unique=False)

    op.create_table('staff_clients',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_staff_clients_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_staff_clients_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'client_id', name=op.f('pk_staff_clients'))
    )
    with op.batch_alter_table('staff_clients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_clients_client_id'), ['client_id'], unique=False)

    op.create_table('support_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=6), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('technician_id', sa.Integer(), nullable=False),
    sa.Column('technician_name', sa.String(length=120), nullable=False),
    sa.Column('customer_name', sa.String(length=120), nullable=False),
    sa.Column('customer_email', sa.String(length=254), nullable=False),
    sa.Column('customer_phone', sa.String(length=40), nullable=False),
    sa.Column('notes', sa.String(length=2000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_support_codes_client_id_clients')),
    sa.ForeignKeyConstraint(['technician_id'], ['users.id'], name=op.f('fk_support_codes_technician_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_codes'))
    )
    with op.batch_alter_table('support_codes', schema=None) as batch_op:
        batch_op.create_index('ix_support_codes_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_support_codes_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index('uq_support_codes_live', ['code'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))

    op.create_table('packages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('support_code_id', sa.Integer(), nullable=True),
    sa.Column('session_id', sa.String(length=16), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('platform', sa.String(length=40), nullable=False),
    sa.Column('payload_sha256', sa.String(length=64), nullable=False),
    sa.Column('server_url', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('redeemed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_packages_client_id_clients')),
    sa.ForeignKeyConstraint(['support_code_id'], ['support_codes.id'], name=op.f('fk_packages_support_code_id_support_codes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages')),
    sa.UniqueConstraint('device_id', name=op.f('uq_packages_device_id'))
    )
    with op.batch_alter_table('packages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_packages_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_packages_support_code_id'), ['support_code_id'], unique=False)


def downgrade() -> None:
    for table in ('packages', 'support_codes', 'staff_clients', 'sessions', 'logins', 'devices', 'cases',
                  'users', 'session_files', 'session_events', 'device_credentials', 'clients', 'chat_messages',
                  'audit_entries'):
        op.drop_table(table)
