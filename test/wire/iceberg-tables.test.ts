import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { append, refusal, startCatalog } from './iceberg-client.ts'

const { lake, rest, s3, createTable } = await startCatalog({ comment: 'tables' })
after(() => lake.stop())

/** The protocol: https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml */
describe('tables of the Iceberg REST catalog', () => {
  it('gives field ids anew, and keeps them over loads', async () => {
    const schema = {
      type: 'struct',
      'schema-id': 7,
      'identifier-field-ids': [40],
      fields: [
        {
          id: 10,
          name: 's',
          required: false,
          type: { type: 'struct', fields: [{ id: 20, name: 'x', required: false, type: 'int' }] },
        },
        {
          id: 30,
          name: 'm',
          required: false,
          type: {
            type: 'map',
            'key-id': 31,
            key: 'string',
            'value-id': 32,
            value: 'decimal(9,2)',
            'value-required': false,
          },
        },
        { id: 40, name: 'k', required: true, type: 'long' },
      ],
    }
    const made = await createTable('fresh', {
      schema,
      'partition-spec': { fields: [{ 'source-id': 40, name: 'k_bucket', transform: 'bucket[4]' }] },
      'write-order': {
        'order-id': 1,
        fields: [
          { 'source-id': 20, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' },
        ],
      },
      properties: { 'format-version': '2', mine: 'yes' },
    })
    assert.equal(made.status, 200, made.text)
    const { metadata } = made.json
    assert.deepEqual(metadata.schemas, [
      {
        type: 'struct',
        'schema-id': 0,
        'identifier-field-ids': [3],
        fields: [
          {
            id: 1,
            name: 's',
            required: false,
            type: { type: 'struct', fields: [{ id: 4, name: 'x', required: false, type: 'int' }] },
          },
          {
            id: 2,
            name: 'm',
            required: false,
            type: {
              type: 'map',
              'key-id': 5,
              key: 'string',
              'value-id': 6,
              value: 'decimal(9, 2)',
              'value-required': false,
            },
          },
          { id: 3, name: 'k', required: true, type: 'long' },
        ],
      },
    ])
    assert.deepEqual(metadata['partition-specs'], [
      {
        'spec-id': 0,
        fields: [{ 'source-id': 3, 'field-id': 1000, name: 'k_bucket', transform: 'bucket[4]' }],
      },
    ])
    assert.equal(metadata['sort-orders'][0].fields[0]['source-id'], 4)
    assert.equal(metadata['last-column-id'], 6)
    assert.deepEqual(metadata.properties, {
      'write.parquet.compression-codec': 'zstd',
      mine: 'yes',
    })
    const loaded = await rest('GET', '/v1/namespaces/db/tables/FRESH')
    assert.deepEqual(loaded.json.metadata, metadata)
    const file = await s3.send(
      new GetObjectCommand({
        Bucket: 'lake',
        Key: made.json['metadata-location'].slice('s3://lake/'.length),
      }),
    )
    assert.deepEqual(JSON.parse(await file.Body!.transformToString()), metadata)
  })

  it('says nothing new to who has the current state', async () => {
    const made = await createTable('etagged')
    const path = '/v1/namespaces/db/tables/etagged'
    const etag = made.headers.get('etag')!
    const same = await rest('GET', path, undefined, { headers: { 'if-none-match': etag } })
    assert.deepEqual([same.status, same.text], [304, ''])
    const commit = await rest('POST', path, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    })
    const changed = await rest('GET', path, undefined, { headers: { 'if-none-match': etag } })
    assert.equal(changed.status, 200)
    assert.equal(changed.headers.get('etag'), commit.headers.get('etag'))
  })

  it('keeps every bit of a snapshot id', async () => {
    await createTable('bits')
    const path = '/v1/namespaces/db/tables/bits'
    const first = 9223372036854775807n
    const second = 3051729675574597004n
    await rest('POST', path, {
      requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null }],
      updates: append({ id: first, parent: undefined, sequence: 1 }),
    })
    const { status, json } = await rest('POST', path, {
      requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': first }],
      updates: append({ id: second, parent: first, sequence: 2 }),
    })
    assert.equal(status, 200)
    assert.equal(json.metadata['current-snapshot-id'], second)
    const loaded = (await rest('GET', path)).json.metadata
    assert.deepEqual(
      loaded.snapshots.map((snapshot: Record<string, unknown>) => snapshot['snapshot-id']),
      [first, second],
    )
    const refs = (await rest('GET', `${path}?snapshots=refs`)).json.metadata
    assert.deepEqual(
      refs.snapshots.map((snapshot: Record<string, unknown>) => snapshot['snapshot-id']),
      [second],
    )
  })

  it('holds commits to their requirements and refuses what it does not know', async () => {
    const made = await createTable('strict')
    const path = '/v1/namespaces/db/tables/strict'
    const commit = (requirements: readonly unknown[], updates: readonly unknown[] = []) =>
      rest('POST', path, { requirements, updates })
    const failed = [409, 'CommitFailedException']
    const uuid = made.json.metadata['table-uuid']
    assert.equal(
      (await commit([{ type: 'assert-table-uuid', uuid: uuid.toUpperCase() }])).status,
      200,
    )
    for (const requirement of [
      { type: 'assert-create' },
      { type: 'assert-table-uuid', uuid: '00000000-0000-0000-0000-000000000000' },
      { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1 },
      { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 1 },
      { type: 'assert-current-schema-id', 'current-schema-id': 9 },
      { type: 'assert-last-assigned-partition-id', 'last-assigned-partition-id': 1001 },
      { type: 'assert-default-spec-id', 'default-spec-id': 9 },
      { type: 'assert-default-sort-order-id', 'default-sort-order-id': 9 },
    ]) {
      assert.deepEqual(refusal(await commit([requirement])), failed, requirement.type)
    }
    const bad = [400, 'BadRequestException']
    assert.deepEqual(refusal(await commit([{ type: 'assert-moon' }])), bad)
    assert.deepEqual(refusal(await commit([], [{ action: 'paint' }])), bad)
    assert.deepEqual(refusal(await commit([], [{ action: 'constructor' }])), bad)
    assert.deepEqual(
      refusal(await commit([], [{ action: 'set-current-schema', 'schema-id': 5 }])),
      bad,
    )
    assert.deepEqual(
      refusal(await commit([], [{ action: 'upgrade-format-version', 'format-version': 1 }])),
      bad,
    )
    assert.deepEqual(
      refusal(await commit([], append({ id: 5n, parent: undefined, sequence: 1, timestampMs: 1 }))),
      bad,
    )
    const after = await rest('GET', path)
    assert.equal(after.json['metadata-location'], made.json['metadata-location'])
    assert.deepEqual(
      refusal(
        await rest('POST', '/v1/namespaces/db/tables/none', { requirements: [], updates: [] }),
      ),
      [404, 'NoSuchTableException'],
    )
  })

  // https://iceberg.apache.org/spec/#table-statistics: other readers of the metadata fail on what is not so
  it('takes statistics whose blobs are described, and no others', async () => {
    await createTable('described')
    const set = (blob: unknown) => {
      const statistics = {
        'snapshot-id': 5,
        'statistics-path': 's3://lake/s.puffin',
        'file-size-in-bytes': 1,
        'file-footer-size-in-bytes': 1,
        'blob-metadata': [blob],
      }
      const updates = [{ action: 'set-statistics', statistics }]
      return rest('POST', '/v1/namespaces/db/tables/described', { requirements: [], updates })
    }
    const good = { type: 't', 'snapshot-id': 5, 'sequence-number': 1, fields: [1] }
    const odd: readonly object[] = [
      { type: 1 },
      { type: undefined },
      { 'snapshot-id': '5' },
      { 'sequence-number': 1.5 },
      { fields: 1 },
      { fields: ['a'] },
      { properties: { a: 1 } },
    ]
    for (const members of odd) {
      assert.equal((await set({ ...good, ...members })).status, 400, JSON.stringify(members))
    }
    const { metadata } = (await set({ ...good, properties: { ndv: '1' } })).json
    assert.deepEqual(metadata.statistics[0]['blob-metadata'], [
      { ...good, properties: { ndv: '1' } },
    ])
  })

  it('changes several tables in one commit, or none', async () => {
    await createTable('left')
    await createTable('right')
    const change = (name: string, requirements: readonly unknown[], value: string) => ({
      identifier: { namespace: ['db'], name },
      requirements,
      updates: [{ action: 'set-properties', updates: { value } }],
    })
    const commit = (...changes: readonly object[]) =>
      rest('POST', '/v1/transactions/commit', { 'table-changes': changes })
    const valueOf = async (name: string) =>
      (await rest('GET', `/v1/namespaces/db/tables/${name}`)).json.metadata.properties.value
    assert.equal((await commit(change('left', [], '1'), change('right', [], '1'))).status, 204)
    assert.deepEqual([await valueOf('left'), await valueOf('right')], ['1', '1'])
    const stale = [{ type: 'assert-current-schema-id', 'current-schema-id': 4 }]
    assert.deepEqual(refusal(await commit(change('left', [], '2'), change('right', stale, '2'))), [
      409,
      'CommitFailedException',
    ])
    assert.deepEqual([await valueOf('left'), await valueOf('right')], ['1', '1'])
    assert.equal((await commit(change('left', [], '2'), change('none', [], '2'))).status, 404)
    assert.equal((await commit(change('left', [], '2'), change('LEFT', [], '3'))).status, 400)
    const create = [{ type: 'assert-create' }]
    assert.equal((await commit(change('left', [], '2'), change('left2', create, '2'))).status, 400)
    assert.equal(await valueOf('left'), '1')
  })
})
