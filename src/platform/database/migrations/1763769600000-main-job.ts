import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';
import { dialect } from '../dialect.js';
import { shapes, tableColumn as column } from '../columns.js';

const nullable = { nullable: true };
const primary = { primary: true };
const id = (): TableColumnOptions => column('id', shapes.id(), primary);
const ref = (name: string, extra = {}): TableColumnOptions => column(name, shapes.id(), extra);
const instant = (name: string, extra = {}): TableColumnOptions => column(name, shapes.instant(), extra);

const recordHead = (): TableColumnOptions[] => [
  id(),
  ref('company_id'),
  ref('integration_id'),
  column('external_id', shapes.key(255)),
];
const recordTail = (): TableColumnOptions[] => [
  column('content_hash', shapes.code(43)),
  column('version', shapes.int()),
  column('sync_status', shapes.code(10)),
  instant('last_synced_at'),
  instant('created_at'),
  instant('updated_at'),
  instant('deleted_at', nullable),
];
const recordIndexes = (table: string): TableIndex[] => [
  index(`uq_${table}_external`, ['integration_id', 'external_id'], true),
  index(`ix_${table}_live`, ['integration_id', 'deleted_at', 'id']),
  index(`ix_${table}_changed`, ['integration_id', 'updated_at', 'id']),
];

function index(name: string, columnNames: string[], isUnique = false): TableIndex {
  return new TableIndex({ name, columnNames, isUnique });
}

/** Tenants, credentials, records, sync logs and Due Diligence Statements. */
export class MainJob1763769600000 implements MigrationInterface {
  readonly name = 'MainJob1763769600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables()) await runner.createTable(table, true);
    const kept = dialect.orUpdate('id', ['epoch = access_epoch.epoch']);
    await runner.query(`INSERT INTO access_epoch (id, epoch) VALUES (1, 0) ${kept}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables().reverse()) await runner.dropTable(table.name, true);
  }
}

function tables(): Table[] {
  return [...accessTables(), ...recordTables(), ...syncTables(), ...ddsTables()];
}

function accessTables(): Table[] {
  return [
    new Table({
      name: 'companies',
      columns: [
        id(),
        column('name', shapes.text(255)),
        column('slug', shapes.code(80)),
        instant('created_at'),
      ],
      indices: [index('uq_companies_slug', ['slug'], true)],
    }),
    new Table({
      name: 'integrations',
      columns: [
        id(),
        ref('company_id'),
        column('name', shapes.text(255)),
        column('type', shapes.code(20)),
        column('status', shapes.code(20)),
        column('rate_limit_per_minute', shapes.int(), nullable),
        instant('created_at'),
        instant('updated_at'),
      ],
      indices: [index('ix_integrations_company', ['company_id', 'id'])],
    }),
    new Table({
      name: 'tokens',
      columns: [
        id(),
        ref('company_id'),
        ref('integration_id'),
        column('name', shapes.text(255)),
        column('hash', shapes.code(64)),
        column('prefix', shapes.code(20)),
        column('scopes', shapes.json()),
        column('rate_limit_per_minute', shapes.int(), nullable),
        instant('expires_at', nullable),
        instant('revoked_at', nullable),
        instant('last_used_at', nullable),
        instant('created_at'),
      ],
      indices: [
        index('uq_tokens_hash', ['hash'], true),
        index('ix_tokens_integration', ['integration_id', 'id']),
      ],
    }),
    new Table({
      name: 'access_epoch',
      columns: [column('id', shapes.int(), primary), column('epoch', shapes.bigInt())],
    }),
  ];
}

function recordTables(): Table[] {
  return [
    new Table({
      name: 'suppliers',
      columns: [
        ...recordHead(),
        column('name', shapes.text(255)),
        column('code', shapes.text(100), nullable),
        column('country', shapes.code(2), nullable),
        column('address', shapes.text(1000), nullable),
        column('contact_person', shapes.text(255), nullable),
        column('email', shapes.text(254), nullable),
        column('phone', shapes.text(50), nullable),
        column('certifications', shapes.json(), nullable),
        column('is_eu_origin', shapes.bool(), nullable),
        ...recordTail(),
      ],
      indices: recordIndexes('suppliers'),
    }),
    new Table({
      name: 'products',
      columns: [
        ...recordHead(),
        column('name', shapes.text(255)),
        column('category', shapes.text(255), nullable),
        column('country', shapes.code(2), nullable),
        column('hs_code', shapes.code(10), nullable),
        column('unit', shapes.text(32), nullable),
        column('code', shapes.text(100), nullable),
        ref('supplier_id', nullable),
        column('price', shapes.quantity(), nullable),
        column('stock', shapes.quantity(), nullable),
        ...recordTail(),
      ],
      indices: [...recordIndexes('products'), index('ix_products_supplier', ['supplier_id', 'deleted_at'])],
    }),
    new Table({
      name: 'batches',
      columns: [
        ...recordHead(),
        ref('product_id'),
        column('batch_number', shapes.text(255)),
        column('quantity', shapes.quantity(), nullable),
        column('unit', shapes.text(32), nullable),
        column('received_date', shapes.calendarDate(), nullable),
        column('expiry_date', shapes.calendarDate(), nullable),
        ref('supplier_id', nullable),
        ...recordTail(),
      ],
      indices: [
        ...recordIndexes('batches'),
        index('ix_batches_product', ['product_id', 'deleted_at']),
        index('ix_batches_supplier', ['supplier_id', 'deleted_at']),
      ],
    }),
  ];
}

function syncTables(): Table[] {
  return [
    new Table({
      name: 'integration_state',
      columns: [
        ref('integration_id', primary),
        column('sequence', shapes.bigInt()),
        column('suppliers', shapes.bigInt()),
        column('products', shapes.bigInt()),
        column('batches', shapes.bigInt()),
      ],
    }),
    new Table({
      name: 'sync_logs',
      columns: [
        id(),
        ref('company_id'),
        ref('integration_id'),
        column('entity_type', shapes.code(20)),
        column('action', shapes.code(20)),
        column('status', shapes.code(20)),
        column('records_affected', shapes.int()),
        column('error_message', shapes.text(1000), nullable),
        column('metadata', shapes.json()),
        instant('started_at'),
        instant('completed_at', nullable),
        instant('created_at'),
      ],
      indices: [index('ix_sync_logs_integration', ['integration_id', 'id'])],
    }),
  ];
}

function ddsTables(): Table[] {
  return [
    new Table({
      name: 'dds',
      columns: [
        id(),
        ref('company_id'),
        column('dds_number', shapes.code(50)),
        column('status', shapes.code(20)),
        column('reference_number', shapes.code(50), nullable),
        column('verification_number', shapes.code(50), nullable),
        column('eu_status', shapes.code(30), nullable),
        instant('submitted_at', nullable),
        instant('created_at'),
        instant('updated_at'),
      ],
      indices: [index('uq_dds_number', ['company_id', 'dds_number'], true)],
    }),
    new Table({
      name: 'dds_batch',
      columns: [
        ref('dds_id', primary),
        ref('batch_id', primary),
        ref('company_id'),
        ref('open_batch_id', nullable),
      ],
      indices: [
        index('uq_dds_batch_open', ['open_batch_id'], true),
        index('ix_dds_batch_batch', ['batch_id', 'dds_id']),
      ],
    }),
  ];
}
