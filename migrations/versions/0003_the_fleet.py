"""The fleet: clients, enrollment, diagnostics, remediations, device chat, tickets, FAQ, alerts, annotations"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('faq_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('question', sa.String(length=500), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('keywords', sa.String(length=500), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_faq_entries_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_faq_entries')),
    sa.UniqueConstraint('key', name=op.f('uq_faq_entries_key'))
    )
    with op.batch_alter_table('faq_entries', schema=None) as batch_op:
        batch_op.create_index('ix_faq_entries_client_category', ['client_id', 'category'], unique=False)

    op.create_table('enrollment_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('hint', sa.String(length=8), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('platform', sa.String(length=40), nullable=True),
    sa.Column('allow_unattended', sa.Boolean(), nullable=False),
    sa.Column('downloads', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_by', sa.String(length=120), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_enrollment_tokens_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_enrollment_tokens_made_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrollment_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_enrollment_tokens_token_hash'))
    )
    with op.batch_alter_table('enrollment_tokens', schema=None) as batch_op:
        batch_op.create_index('ix_enrollment_tokens_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrollment_tokens_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrollment_tokens_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrollment_tokens_made_by_id'), ['made_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrollment_tokens_used_by'), ['used_by'], unique=False)

    op.create_table('tickets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('priority', sa.String(length=20), nullable=False),
    sa.Column('category', sa.String(length=100), nullable=True),
    sa.Column('assigned_to', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('requested_by', sa.String(length=120), nullable=True),
    sa.Column('ai_summary', sa.Text(), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assigned_to'], ['users.id'], name=op.f('fk_tickets_assigned_to_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_tickets_client_id_clients')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_tickets_created_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tickets_assigned_to'), ['assigned_to'], unique=False)
        batch_op.create_index('ix_tickets_client_created', ['client_id', 'created_at'], unique=False)
        batch_op.create_index('ix_tickets_client_status', ['client_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index('ix_tickets_device_created', ['device_id', 'created_at'], unique=False)
        batch_op.create_index('ix_tickets_status_created', ['status', 'created_at'], unique=False)

    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('check_type', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('triggered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.String(length=120), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_alerts_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_alerts_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index('ix_alerts_client_status', ['client_id', 'status', 'triggered_at'], unique=False)
        batch_op.create_index('ix_alerts_device_check', ['device_id', 'check_type', 'status'], unique=False)
        batch_op.create_index('ix_alerts_status_triggered', ['status', 'triggered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alerts_triggered_at'), ['triggered_at'], unique=False)

    op.create_table('custom_fields',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('field_name', sa.String(length=80), nullable=False),
    sa.Column('field_value', sa.String(length=1000), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=120), nullable=False),
    sa.CheckConstraint('(device_id IS NULL) <> (client_id IS NULL)', name=op.f('ck_custom_fields_one_subject')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_custom_fields_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_custom_fields_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_fields')),
    sa.UniqueConstraint('client_id', 'field_name', name='uq_custom_fields_client_field'),
    sa.UniqueConstraint('device_id', 'field_name', name='uq_custom_fields_device_field')
    )
    op.create_table('device_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('sender', sa.String(length=20), nullable=False),
    sa.Column('sender_name', sa.String(length=120), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('message_type', sa.String(length=20), nullable=False),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by', sa.String(length=120), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_device_messages_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_messages'))
    )
    with op.batch_alter_table('device_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_messages_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_device_messages_device_id', ['device_id', 'id'], unique=False)

    op.create_table('diagnostic_results',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('check_type', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('results', sa.JSON(), nullable=False),
    sa.Column('health_score', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_diagnostic_results_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diagnostic_results'))
    )
    with op.batch_alter_table('diagnostic_results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_diagnostic_results_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_diagnostic_results_device_check', ['device_id', 'check_type', 'id'], unique=False)
        batch_op.create_index('ix_diagnostic_results_device_created', ['device_id', 'created_at'], unique=False)

    op.create_table('notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(device_id IS NULL) <> (client_id IS NULL)', name=op.f('ck_notes_one_subject')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_notes_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_notes_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notes_device_id'), ['device_id'], unique=False)

    op.create_table('remediations',
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('device_id', sa.String(length=120), nullable=False),
    sa.Column('action_id', sa.String(length=40), nullable=False),
    sa.Column('parameter', sa.String(length=200), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('asked_by', sa.String(length=120), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('message', sa.String(length=2000), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['users.id'], name=op.f('fk_remediations_asked_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['device_id'], ['devices.device_id'], name=op.f('fk_remediations_device_id_devices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_remediations'))
    )
    with op.batch_alter_table('remediations', schema=None) as batch_op:
        batch_op.create_index('ix_remediations_device_created', ['device_id', 'created_at'], unique=False)
        batch_op.create_index('ix_remediations_state_created', ['state', 'created_at'], unique=False)

    op.create_table('ticket_comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_ticket_comments_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_comments_ticket_id_tickets'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_comments'))
    )
    with op.batch_alter_table('ticket_comments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_comments_ticket_id'), ['ticket_id'], unique=False)

    op.add_column('clients', sa.Column('contact_name', sa.String(length=120), nullable=True))
    op.add_column('clients', sa.Column('contact_email', sa.String(length=254), nullable=True))
    op.add_column('clients', sa.Column('notes', sa.Text(), nullable=True))
    op.add_column('clients', sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('clients', sa.Column('name_key', sa.String(length=400), nullable=True))
    op.execute("UPDATE clients SET name_key = lower(name)")
    op.create_index('ix_clients_name_key', 'clients', ['name_key'], unique=True)
    op.add_column('staff_clients', sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('preferences', sa.Column('pocket', sa.JSON(), nullable=True))

    op.add_column('devices', sa.Column('health_score', sa.Integer(), nullable=True))
    op.add_column('devices', sa.Column('health_reasons', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('devices', sa.Column('examined_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('devices', sa.Column('ai_mode', sa.String(length=20), nullable=True))
    op.add_column('devices', sa.Column('ai_mode_by', sa.String(length=120), nullable=True))
    op.add_column('devices', sa.Column('ai_resumes_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('devices', sa.Column('chat_read_id', sa.Integer(), server_default='0', nullable=False))
    op.add_column('devices', sa.Column('chat_context_id', sa.Integer(), server_default='0', nullable=False))
    op.add_column('devices', sa.Column('search_text', sa.Text(), server_default='', nullable=False))
    texts = ('hostname', 'customer_name', 'machine_name', 'device_id', 'display_name', 'username', 'os', 'support_code')
    op.execute("UPDATE devices SET search_text = lower(" + " || ' ' || ".join(f"coalesce({text}, '')" for text in texts) + ")")
    op.create_index('ix_devices_client_health', 'devices', ['client_id', 'health_score'], unique=False)
    op.create_index('ix_devices_health_score', 'devices', ['health_score'], unique=False)


def downgrade() -> None:
    for table in ('ticket_comments', 'remediations', 'notes', 'diagnostic_results', 'device_messages', 'custom_fields',
                  'alerts', 'tickets', 'enrollment_tokens', 'faq_entries'):
        op.drop_table(table)
    # Plain statements: a batch would make these two tables anew, and what refers to them would not survive that.
    for index in ('ix_devices_health_score', 'ix_devices_client_health'):
        op.drop_index(index, 'devices')
    for column in ('search_text', 'chat_context_id', 'chat_read_id', 'ai_resumes_at', 'ai_mode_by', 'ai_mode', 'examined_at', 'health_reasons',
                   'health_score'):
        op.drop_column('devices', column)
    op.drop_column('preferences', 'pocket')
    op.drop_column('staff_clients', 'assigned_at')
    op.drop_index('ix_clients_name_key', 'clients')
    for column in ('name_key', 'updated_at', 'notes', 'contact_email', 'contact_name'):
        op.drop_column('clients', column)
