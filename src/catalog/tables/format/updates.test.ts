import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatTableMetadata, parseTableMetadata } from './metadata.ts'
import { newTableMetadata } from './new-table.ts'
import { checkRequirements } from './requirements.ts'
import type { TableMetadata } from './types.ts'
import { applyUpdates } from './updates.ts'

const uuid = '9c12d441-03fe-4693-9a96-a0705ddf69c1'
const startMs = 1_700_000_000_000

function made(properties: Record<string, string> = {}): TableMetadata {
  return newTableMetadata(
    {
      schema: {
        type: 'struct',
        'schema-id': 0,
        fields: [
          { id: 1, name: 'id', required: true, type: 'long' },
          { id: 2, name: 'at', required: false, type: 'timestamp' },
          { id: 3, name: 'name', required: false, type: 'string' },
        ],
      },
      spec: { fields: [{ 'source-id': 2, name: 'day', transform: 'day' }] },
      sortOrder: undefined,
      location: 's3://b/t',
      properties,
    },
    { nowMs: startMs, uuid },
  )
}

let file = 0
function apply(base: TableMetadata | undefined, ...updates: readonly object[]): TableMetadata {
  const context = {
    nowMs: startMs + 1000,
    uuid,
    previousFile: base && `s3://b/t/metadata/${file++}`,
  }
  const metadata = applyUpdates(base, updates, context)
  // What is written is what is read again.
  assert.deepEqual(parseTableMetadata(formatTableMetadata(metadata)), metadata)
  return metadata
}

function snapshot(id: bigint, parent: bigint | undefined, sequence: number, more: object = {}) {
  return {
    action: 'add-snapshot',
    snapshot: {
      'snapshot-id': id,
      ...(parent === undefined ? {} : { 'parent-snapshot-id': parent }),
      'sequence-number': sequence,
      'timestamp-ms': startMs + sequence,
      'manifest-list': `s3://b/t/metadata/snap-${id}.avro`,
      summary: { operation: 'append' },
      ...more,
    },
  }
}
const ref = (id: bigint, name = 'main', more: object = {}) => ({
  action: 'set-snapshot-ref',
  'ref-name': name,
  type: 'branch',
  'snapshot-id': id,
  ...more,
})
const invalid = (message: RegExp) => ({ code: 'InvalidMetadata', message })

describe('updates of schemas', () => {
  const wider = (table: TableMetadata, ...fields: readonly object[]) => ({
    action: 'add-schema',
    schema: { ...table.schemas[0]!, fields: [...table.schemas[0]!.fields, ...fields] },
  })
  const extra = { id: 4, name: 'extra', required: false, type: 'int' }

  it('add one, give it the next id, and make it current', () => {
    const table = made()
    const after = apply(table, wider(table, extra), {
      action: 'set-current-schema',
      'schema-id': -1,
    })
    assert.deepEqual(
      after.schemas.map((schema) => schema['schema-id']),
      [0, 1],
    )
    assert.equal(after['current-schema-id'], 1)
    assert.equal(after['last-column-id'], 4)
    assert.equal(after['metadata-log'].length, 1)
    assert.equal(after['last-updated-ms'], startMs + 1000)
  })

  it('take one that is there already for what it is', () => {
    const table = made()
    const two = apply(table, wider(table, extra), { action: 'set-current-schema', 'schema-id': -1 })
    const back = apply(
      two,
      { action: 'add-schema', schema: { ...table.schemas[0]!, 'schema-id': 99 } },
      {
        action: 'set-current-schema',
        'schema-id': -1,
      },
    )
    assert.equal(back.schemas.length, 2)
    assert.equal(back['current-schema-id'], 0)
    assert.equal(back['last-column-id'], 4)
  })

  it('refuse ids that are used twice, names that are, unknown types, and what is too new', () => {
    const table = made()
    const refuse = (field: object, message: RegExp) =>
      assert.throws(() => apply(table, wider(table, field)), invalid(message))
    refuse({ ...extra, id: 1 }, /same id/)
    refuse({ ...extra, name: 'id' }, /name id/)
    refuse({ ...extra, type: 'integer' }, /type string: integer/)
    refuse({ ...extra, type: 'decimal(40, 2)' }, /type string/)
    refuse({ ...extra, type: 'timestamp_ns' }, /not supported until v3/)
    refuse({ ...extra, 'initial-default': 1 }, /not supported until v3/)
    const three = apply(table, { action: 'upgrade-format-version', 'format-version': 3 })
    assert.equal(three['next-row-id'], 0)
    const nanoseconds = apply(
      three,
      wider(three, { ...extra, type: 'timestamp_ns', 'initial-default': 'x' }),
    )
    assert.equal(nanoseconds.schemas[1]!.fields[3]!.type, 'timestamp_ns')
  })

  it('refuse to drop a column that partitions the table', () => {
    const table = made()
    const fields = table.schemas[0]!.fields.filter((field) => field.name !== 'at')
    const narrower = { action: 'add-schema', schema: { ...table.schemas[0]!, fields } }
    assert.throws(
      () => apply(table, narrower, { action: 'set-current-schema', 'schema-id': -1 }),
      invalid(/source column: 2/),
    )
    const after = apply(
      table,
      { action: 'add-spec', spec: { fields: [] } },
      { action: 'set-default-spec', 'spec-id': -1 },
      narrower,
      { action: 'set-current-schema', 'schema-id': -1 },
    )
    assert.equal(after.schemas.length, 2)
  })

  it('remove those that are not current', () => {
    const table = made()
    const two = apply(table, wider(table, extra), { action: 'set-current-schema', 'schema-id': -1 })
    const one = apply(two, { action: 'remove-schemas', 'schema-ids': [0] })
    assert.deepEqual(
      one.schemas.map((schema) => schema['schema-id']),
      [1],
    )
    assert.throws(
      () => apply(two, { action: 'remove-schemas', 'schema-ids': [1] }),
      invalid(/current schema/),
    )
  })
})

describe('updates of partition specs and sort orders', () => {
  it('number fields so that a number means one field for ever', () => {
    const bucket = { 'source-id': 1, name: 'b', transform: 'bucket[8]' }
    const day = { 'source-id': 2, name: 'day', transform: 'day' }
    const table = made()
    const two = apply(
      table,
      { action: 'add-spec', spec: { fields: [bucket] } },
      { action: 'set-default-spec', 'spec-id': -1 },
    )
    assert.deepEqual(two['partition-specs'][1], {
      'spec-id': 1,
      fields: [{ 'source-id': 1, 'field-id': 1001, name: 'b', transform: 'bucket[8]' }],
    })
    const three = apply(two, {
      action: 'add-spec',
      spec: { fields: [bucket, { ...day, name: 'd' }] },
    })
    assert.deepEqual(
      three['partition-specs'][2]!.fields.map((field) => field['field-id']),
      [1001, 1000],
    )
    assert.equal(three['last-partition-id'], 1001)
    const again = apply(
      three,
      { action: 'add-spec', spec: { fields: [bucket] } },
      {
        action: 'set-default-spec',
        'spec-id': -1,
      },
    )
    assert.equal(again['partition-specs'].length, 3)
    assert.equal(again['default-spec-id'], 1)
  })

  it('refuse fields that do not fit', () => {
    const table = made()
    const refuse = (field: object, message: RegExp) =>
      assert.throws(
        () => apply(table, { action: 'add-spec', spec: { fields: [field] } }),
        invalid(message),
      )
    refuse({ 'source-id': 9, name: 'x', transform: 'identity' }, /source column: 9/)
    refuse({ 'source-id': 1, name: 'x', transform: 'day' }, /source type long for transform: day/)
    refuse({ 'source-id': 1, name: 'name', transform: 'bucket[2]' }, /exists in schema: name/)
    refuse({ 'source-id': 1, name: '', transform: 'identity' }, /empty/)
    refuse({ 'source-id': 1, name: 'x', transform: 'bucket[0]' }, /Invalid transform/)
    assert.throws(
      () => apply(table, { action: 'set-default-spec', 'spec-id': -1 }),
      invalid(/no spec has been added/),
    )
    assert.throws(
      () => apply(table, { action: 'remove-partition-specs', 'spec-ids': [0] }),
      invalid(/default partition spec/),
    )
  })

  it('add sort orders from 1, with 0 for none', () => {
    const field = {
      'source-id': 3,
      transform: 'identity',
      direction: 'desc',
      'null-order': 'nulls-last',
    }
    const add = { action: 'add-sort-order', 'sort-order': { 'order-id': 5, fields: [field] } }
    const set = { action: 'set-default-sort-order', 'sort-order-id': -1 }
    const sorted = apply(made(), add, set)
    assert.deepEqual(
      sorted['sort-orders'].map((order) => order['order-id']),
      [0, 1],
    )
    assert.equal(sorted['default-sort-order-id'], 1)
    const unsorted = apply(
      sorted,
      { action: 'add-sort-order', 'sort-order': { 'order-id': 0, fields: [] } },
      set,
    )
    assert.equal(unsorted['default-sort-order-id'], 0)
    assert.throws(
      () =>
        apply(made(), {
          ...add,
          'sort-order': { 'order-id': 1, fields: [{ ...field, 'source-id': 7 }] },
        }),
      invalid(/source column: 7/),
    )
  })
})

describe('updates of snapshots and refs', () => {
  const one = () => apply(made(), snapshot(11n, undefined, 1), ref(11n))

  it('add a snapshot and move the branch to it', () => {
    const table = apply(one(), snapshot(12n, 11n, 2), ref(12n))
    assert.equal(table['current-snapshot-id'], 12n)
    assert.equal(table['last-sequence-number'], 2)
    assert.equal(table['last-updated-ms'], startMs + 2)
    assert.deepEqual(table['snapshot-log'], [
      { 'snapshot-id': 11n, 'timestamp-ms': startMs + 1 },
      { 'snapshot-id': 12n, 'timestamp-ms': startMs + 2 },
    ])
  })

  it('leave snapshots that were never current out of the log', () => {
    const table = apply(one(), snapshot(12n, 11n, 2), ref(12n), snapshot(13n, 12n, 3), ref(13n))
    assert.equal(table.snapshots.length, 3)
    assert.deepEqual(
      table['snapshot-log'].map((entry) => entry['snapshot-id']),
      [11n, 13n],
    )
  })

  it('forget history before a snapshot that is removed, and what hung on it', () => {
    const three = apply(one(), snapshot(12n, 11n, 2), ref(12n))
    const full = apply(three, snapshot(13n, 12n, 3), ref(13n), ref(11n, 'tag', { type: 'tag' }), {
      action: 'set-statistics',
      statistics: {
        'snapshot-id': 12n,
        'statistics-path': 's3://b/t/s.puffin',
        'file-size-in-bytes': 1,
        'file-footer-size-in-bytes': 1,
        'blob-metadata': [],
      },
    })
    assert.equal(full.statistics.length, 1)
    const after = apply(full, { action: 'remove-snapshots', 'snapshot-ids': [12n, 11] })
    assert.deepEqual(
      after.snapshots.map((entry) => entry['snapshot-id']),
      [13n],
    )
    assert.deepEqual(
      after['snapshot-log'].map((entry) => entry['snapshot-id']),
      [13n],
    )
    assert.deepEqual(Object.keys(after.refs), ['main'])
    assert.deepEqual(after.statistics, [])
    const empty = apply(after, { action: 'remove-snapshots', 'snapshot-ids': [13n] })
    assert.equal(empty['current-snapshot-id'], undefined)
    assert.deepEqual(empty.refs, {})
  })

  it('keep what branches and tags are kept for', () => {
    const table = apply(
      one(),
      ref(11n, 'audit', {
        'min-snapshots-to-keep': 3,
        'max-snapshot-age-ms': 4,
        'max-ref-age-ms': 5,
      }),
      ref(11n, 'v1', { type: 'tag', 'max-ref-age-ms': 6 }),
    )
    assert.deepEqual(table.refs['audit'], {
      'snapshot-id': 11n,
      type: 'branch',
      'min-snapshots-to-keep': 3,
      'max-snapshot-age-ms': 4,
      'max-ref-age-ms': 5,
    })
    const gone = apply(table, { action: 'remove-snapshot-ref', 'ref-name': 'audit' })
    assert.deepEqual(Object.keys(gone.refs), ['main', 'v1'])
    assert.throws(
      () => apply(table, ref(11n, 'v2', { type: 'tag', 'min-snapshots-to-keep': 1 })),
      invalid(/Tags do not support/),
    )
    assert.throws(() => apply(table, ref(99n, 'x')), invalid(/unknown snapshot: 99/))
  })

  it('refuse what would break the order of a table', () => {
    assert.throws(() => apply(one(), snapshot(11n, undefined, 2)), invalid(/already exists/))
    assert.throws(() => apply(one(), snapshot(12n, 11n, 1), ref(12n)), { code: 'CommitFailed' })
    assert.throws(
      () => apply(one(), snapshot(12n, 11n, 2, { 'timestamp-ms': startMs - 120_000 })),
      invalid(/timestamp/),
    )
  })

  it('give rows their ids in format 3', () => {
    const rows = (first: number, added: number) => ({ 'first-row-id': first, 'added-rows': added })
    const table = apply(
      made({ 'format-version': '3' }),
      snapshot(1n, undefined, 1, rows(0, 5)),
      ref(1n),
    )
    assert.equal(table['next-row-id'], 5)
    assert.throws(() => apply(table, snapshot(2n, 1n, 2, rows(3, 1))), { code: 'CommitFailed' })
    assert.throws(() => apply(table, snapshot(2n, 1n, 2)), invalid(/first-row-id is null/))
    assert.equal(apply(table, snapshot(2n, 1n, 2, rows(5, 2)), ref(2n))['next-row-id'], 7)
  })
})

describe('updates of the rest', () => {
  it('make a table when there is none, as a create transaction sends them', () => {
    const table = apply(
      undefined,
      { action: 'assign-uuid', uuid },
      { action: 'upgrade-format-version', 'format-version': 1 },
      { action: 'add-schema', schema: made().schemas[0]! },
      { action: 'set-current-schema', 'schema-id': -1 },
      { action: 'add-spec', spec: { 'spec-id': 0, fields: [] } },
      { action: 'set-default-spec', 'spec-id': -1 },
      { action: 'add-sort-order', 'sort-order': { 'order-id': 0, fields: [] } },
      { action: 'set-default-sort-order', 'sort-order-id': -1 },
      { action: 'set-location', location: 's3://b/new' },
      { action: 'set-properties', updates: { a: '1', b: '2' } },
      { action: 'remove-properties', removals: ['b'] },
    )
    assert.equal(table['format-version'], 1)
    assert.deepEqual(table.properties, { a: '1' })
    assert.deepEqual(table['metadata-log'], [])
    assert.throws(() => apply(undefined, { action: 'assign-uuid', uuid }), invalid(/./))
  })

  it('leave the table as it is when they change nothing', () => {
    const table = made()
    const same = applyUpdates(
      table,
      [
        { action: 'assign-uuid', uuid },
        { action: 'set-location', location: 's3://b/t' },
        { action: 'set-properties', updates: {} },
        { action: 'upgrade-format-version', 'format-version': 2 },
        { action: 'remove-snapshot-ref', 'ref-name': 'none' },
      ],
      { nowMs: startMs + 5, uuid, previousFile: 'x' },
    )
    assert.equal(same, table)
  })

  it('keep as many earlier files as the table asks for', () => {
    let table = made({ 'write.metadata.previous-versions-max': '3' })
    for (let number = 0; number < 6; number++) {
      table = apply(table, { action: 'set-properties', updates: { number: String(number) } })
    }
    assert.equal(table['metadata-log'].length, 3)
  })

  it('are refused when the table is another, older, encrypted or unknown', () => {
    const table = made()
    const other = { action: 'assign-uuid', uuid: uuid.replace('9', '8') }
    assert.throws(() => apply(table, other), invalid(/Cannot reassign uuid/))
    const older = { action: 'upgrade-format-version', 'format-version': 1 }
    assert.throws(() => apply(table, older), invalid(/downgrade/))
    assert.throws(
      () => apply(table, { action: 'upgrade-format-version', 'format-version': 4 }),
      invalid(/unsupported format version/),
    )
    assert.throws(() => apply(table, { action: 'add-encryption-key' }), {
      code: 'UnsupportedFormat',
    })
    assert.throws(() => apply(table, { action: 'toString' }), invalid(/Unknown update/))
  })
})

describe('requirements', () => {
  it('hold for a missing table only when it is to be made', () => {
    checkRequirements(undefined, [{ type: 'assert-create' }])
    assert.throws(
      () =>
        checkRequirements(undefined, [
          { type: 'assert-create' },
          { type: 'assert-table-uuid', uuid },
        ]),
      invalid(/Invalid create requirement/),
    )
    assert.throws(() => checkRequirements(made(), [{ type: 'assert-create' }]), {
      code: 'CommitFailed',
    })
  })

  it('hold names of refs that JavaScript knows too to what they are', () => {
    checkRequirements(made(), [
      { type: 'assert-ref-snapshot-id', ref: 'constructor', 'snapshot-id': null },
    ])
    assert.throws(
      () => checkRequirements(made(), [{ type: 'toString' }]),
      invalid(/Unknown requirement/),
    )
  })
})

describe('metadata files', () => {
  it('of format 1 are read into the form of the others', () => {
    // https://iceberg.apache.org/spec/#appendix-e-format-version-changes
    const table = parseTableMetadata(
      JSON.stringify({
        'format-version': 1,
        'table-uuid': uuid,
        location: 's3://b/t',
        'last-updated-ms': startMs,
        'last-column-id': 2,
        schema: { type: 'struct', fields: [{ id: 1, name: 'a', required: false, type: 'int' }] },
        'partition-spec': [{ 'source-id': 1, name: 'a', transform: 'identity' }],
        properties: {},
        'current-snapshot-id': -1,
        snapshots: [],
      }),
    )
    assert.deepEqual(table['partition-specs'], [
      {
        'spec-id': 0,
        fields: [{ 'source-id': 1, 'field-id': 1000, name: 'a', transform: 'identity' }],
      },
    ])
    assert.deepEqual(table['sort-orders'], [{ 'order-id': 0, fields: [] }])
    assert.equal(table['current-snapshot-id'], undefined)
    const written = JSON.parse(formatTableMetadata(table)) as Record<string, unknown>
    assert.deepEqual((written['schema'] as { fields: unknown[] }).fields.length, 1)
    assert.equal(
      apply(table, { action: 'upgrade-format-version', 'format-version': 2 })['format-version'],
      2,
    )
  })

  it('that contradict themselves are refused', () => {
    const good = JSON.parse(formatTableMetadata(made())) as Record<string, unknown>
    const refuse = (more: object, message: RegExp) =>
      assert.throws(
        () => parseTableMetadata(JSON.stringify({ ...good, ...more })),
        invalid(message),
      )
    refuse({ 'current-schema-id': 7 }, /current-schema-id=7/)
    refuse({ 'default-spec-id': 7 }, /default-spec-id=7/)
    refuse({ 'default-sort-order-id': 7 }, /default-sort-order-id=7/)
    refuse({ 'current-snapshot-id': 5 }, /current snapshot 5/)
    refuse({ refs: { b: { type: 'branch', 'snapshot-id': 5 } } }, /reference b/)
    refuse({ schemas: undefined }, /schemas is missing/)
    refuse({ 'table-uuid': 5 }, /table-uuid must be a string/)
    assert.throws(() => parseTableMetadata('{'), invalid(/not JSON/))
    assert.throws(() => parseTableMetadata('{"format-version":4}'), { code: 'UnsupportedFormat' })
    assert.throws(() => parseTableMetadata(JSON.stringify({ ...good, 'encryption-keys': [{}] })), {
      code: 'UnsupportedFormat',
    })
    let type: object = { type: 'list', 'element-id': 9, element: 'int', 'element-required': false }
    for (let depth = 0; depth < 200; depth++) {
      type = { type: 'list', 'element-id': 10 + depth, element: type, 'element-required': false }
    }
    const deep = [
      { type: 'struct', 'schema-id': 0, fields: [{ id: 1, name: 'a', required: false, type }] },
    ]
    refuse({ schemas: deep }, /nested too deeply/)
  })
})
