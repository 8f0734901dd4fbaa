import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { refusal, restClient, type RestClient } from './iceberg-client.ts'
import { startIcebergLake } from './iceberg-lake.ts'

/** Iceberg's procedures of Spark, over REST: https://iceberg.apache.org/docs/latest/spark-procedures/ */
describe('iceberg procedures', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  let rest: RestClient
  before(async () => {
    lake = await startIcebergLake()
    rest = restClient(lake.lake)
  })
  after(() => lake.lake.stop())

  const call = (table: string, procedure: string, given: object = {}) =>
    rest('POST', `/v1/namespaces/shop/tables/${table}/procedures/${procedure}`, given)
  const make = async (name: string, properties = '') => {
    await lake.run(
      `CREATE TABLE ${name} (id int, part string) PARTITIONED BY (part) LOCATION 's3://data/${name}/' TBLPROPERTIES ('table_type' = 'ICEBERG'${properties})`,
    )
  }
  const insert = (name: string, ...ids: readonly number[]) =>
    lake.run(`INSERT INTO ${name} VALUES ${ids.map((id) => `(${id}, 'p${id % 2}')`).join(', ')}`)
  const idsOf = async (name: string, at = '') =>
    (await lake.run(`SELECT id FROM ${name} ${at} ORDER BY id`)).flat().map(Number)
  const headOf = async (name: string): Promise<bigint> => {
    const { json } = await rest('GET', `/v1/namespaces/shop/tables/${name}`)
    return BigInt(json.metadata['current-snapshot-id'])
  }
  const setRef = async (name: string, ref: string, id: bigint) => {
    const updates = [
      { action: 'set-snapshot-ref', 'ref-name': ref, type: 'branch', 'snapshot-id': id },
    ]
    const path = `/v1/namespaces/shop/tables/${name}`
    const { status, text } = await rest('POST', path, { requirements: [], updates })
    assert.equal(status, 200, text)
  }

  it('rolls back to a snapshot, to a time, and makes any snapshot current again', async () => {
    await make('rolled')
    await insert('rolled', 1)
    const first = await headOf('rolled')
    await insert('rolled', 2)
    const second = await headOf('rolled')
    const back = await call('rolled', 'rollback_to_snapshot', { snapshot_id: first })
    assert.equal(back.status, 200, back.text)
    assert.deepEqual(
      [
        BigInt(back.json['previous-snapshot-id']),
        BigInt(back.json['current-snapshot-id']),
        back.json.branch,
      ],
      [second, first, 'main'],
    )
    assert.deepEqual(await idsOf('rolled'), [1])
    // The second is no ancestor of what is current now.
    const forth = await call('rolled', 'rollback_to_snapshot', { snapshot_id: second })
    assert.deepEqual(refusal(forth), [400, 'BadRequestException'])
    assert.equal(
      (await call('rolled', 'set_current_snapshot', { snapshot_id: second })).status,
      200,
    )
    assert.deepEqual(await idsOf('rolled'), [1, 2])
    const { json } = await rest('GET', '/v1/namespaces/shop/tables/rolled')
    const made = json.metadata.snapshots.find(
      (snapshot: { 'snapshot-id': bigint | number }) => BigInt(snapshot['snapshot-id']) === second,
    )['timestamp-ms'] as number
    const timestamp = new Date(made).toISOString()
    assert.equal((await call('rolled', 'rollback_to_timestamp', { timestamp })).status, 200)
    assert.deepEqual(await idsOf('rolled'), [1])
    assert.deepEqual(refusal(await call('rolled', 'rollback_to_timestamp', { timestamp: 1 })), [
      400,
      'BadRequestException',
    ])
  })

  it('fast-forwards a branch, and refuses one that went another way', async () => {
    await make('forward')
    await insert('forward', 1)
    const first = await headOf('forward')
    await setRef('forward', 'audit', first)
    await insert('forward', 2)
    const moved = await call('forward', 'fast_forward', { branch: 'audit', to: 'main' })
    assert.equal(BigInt(moved.json['current-snapshot-id']), await headOf('forward'))
    assert.deepEqual(await idsOf('forward', `FOR VERSION AS OF 'audit'`), [1, 2])
    await call('forward', 'rollback_to_snapshot', { snapshot_id: first })
    await insert('forward', 3)
    const apart = await call('forward', 'fast_forward', { branch: 'audit', to: 'main' })
    assert.deepEqual(refusal(apart), [400, 'BadRequestException'])
    assert.equal((await call('forward', 'set_current_snapshot', { ref: 'audit' })).status, 200)
    assert.deepEqual(await idsOf('forward'), [1, 2])
  })

  it('picks what another snapshot appended, once', async () => {
    await make('picked', `, 'format-version' = '3'`)
    await insert('picked', 1)
    const first = await headOf('picked')
    await insert('picked', 2, 5)
    const second = await headOf('picked')
    await call('picked', 'rollback_to_snapshot', { snapshot_id: first })
    await insert('picked', 3)
    const picked = await call('picked', 'cherrypick_snapshot', { snapshot_id: second })
    assert.equal(picked.status, 200, picked.text)
    assert.deepEqual(await idsOf('picked'), [1, 2, 3, 5])
    assert.deepEqual((await lake.run(`SELECT id FROM picked WHERE part = 'p0'`)).flat(), ['2'])
    const [[source]] = (await lake.run(
      `SELECT summary['source-snapshot-id'] FROM "picked$snapshots" WHERE snapshot_id = ${String(picked.json['current-snapshot-id'])}`,
    )) as [[string]]
    assert.equal(source, String(second))
    const again = await call('picked', 'cherrypick_snapshot', { snapshot_id: second })
    assert.deepEqual(refusal(again), [400, 'BadRequestException'])
    // Grown from the current state: it becomes the current one.
    await call('picked', 'rollback_to_snapshot', { snapshot_id: first })
    const forward = await call('picked', 'cherrypick_snapshot', { snapshot_id: second })
    assert.equal(BigInt(forward.json['current-snapshot-id']), second)
    assert.deepEqual(await idsOf('picked'), [1, 2, 5])
    await lake.run(`DELETE FROM picked WHERE id = 5`)
    const deletion = await headOf('picked')
    await call('picked', 'rollback_to_snapshot', { snapshot_id: first })
    await insert('picked', 6)
    const other = await call('picked', 'cherrypick_snapshot', { snapshot_id: deletion })
    assert.deepEqual(refusal(other), [400, 'BadRequestException'])
  })

  const deletesOf = async (name: string) =>
    lake.run(
      `SELECT file_format, CAST(count(*) AS varchar), CAST(sum(record_count) AS varchar) FROM "${name}$files" WHERE content = 1 GROUP BY file_format`,
    )

  it('writes many files of position deletes as one for each partition', async () => {
    await make('deletes')
    await insert('deletes', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    for (const id of [1, 2, 3, 4, 5]) await lake.run(`DELETE FROM deletes WHERE id = ${id}`)
    assert.deepEqual(await deletesOf('deletes'), [['PARQUET', '5', '5']])
    const few = await call('deletes', 'rewrite_position_delete_files')
    assert.equal(few.json.deletesRewritten, 0, few.text)
    const done = await call('deletes', 'rewrite_position_delete_files', { min_input_files: 2 })
    assert.equal(done.status, 200, done.text)
    assert.deepEqual(done.json, {
      deletesRewritten: 5,
      deletesAdded: 2,
      deletesDangling: 0,
      conflicts: 0,
    })
    assert.deepEqual(await deletesOf('deletes'), [['PARQUET', '2', '5']])
    assert.deepEqual(await idsOf('deletes'), [6, 7, 8, 9, 10])
    // New deletes go on top of those.
    await lake.run(`DELETE FROM deletes WHERE id = 6`)
    assert.deepEqual(await idsOf('deletes'), [7, 8, 9, 10])
  })

  it('makes deletion vectors of what was deleted before the table was of format 3', async () => {
    await make('upgraded')
    await insert('upgraded', 1, 2, 3, 4, 5, 6)
    for (const id of [1, 2, 3]) await lake.run(`DELETE FROM upgraded WHERE id = ${id}`)
    const updates = [{ action: 'upgrade-format-version', 'format-version': 3 }]
    const body = { requirements: [], updates }
    const upgrade = await rest('POST', '/v1/namespaces/shop/tables/upgraded', body)
    assert.equal(upgrade.json.metadata['format-version'], 3)
    const done = await call('upgraded', 'rewrite_position_delete_files')
    assert.equal(done.status, 200, done.text)
    assert.equal(done.json.deletesRewritten, 3)
    assert.deepEqual(await deletesOf('upgraded'), [['PUFFIN', '2', '3']])
    assert.deepEqual(await idsOf('upgraded'), [4, 5, 6])
    await lake.run(`DELETE FROM upgraded WHERE id = 4`)
    assert.deepEqual(await deletesOf('upgraded'), [['PUFFIN', '2', '4']])
    assert.deepEqual(await idsOf('upgraded'), [5, 6])
  })

  it('rewrites files and manifests, expires snapshots and looks for orphans', async () => {
    await make('kept')
    await insert('kept', 1, 2, 3, 4)
    for (const id of [1, 2]) await lake.run(`DELETE FROM kept WHERE id = ${id}`)
    const rewritten = await call('kept', 'rewrite_data_files', { rewrite_all: true })
    assert.equal(rewritten.json.filesRewritten, 2, rewritten.text)
    assert.deepEqual(await deletesOf('kept'), [])
    assert.equal((await call('kept', 'rewrite_manifests')).json.after > 0, true)
    const expired = await call('kept', 'expire_snapshots', {
      older_than: Date.now() + 3_600_000,
      retain_last: 1,
    })
    assert.ok(expired.json.snapshots > 0, expired.text)
    const orphans = await call('kept', 'remove_orphan_files', { dry_run: true })
    assert.deepEqual(orphans.json, { files: [] })
    assert.deepEqual(await idsOf('kept'), [3, 4])
  })

  it('refuses procedures and arguments that are none', async () => {
    await make('refused')
    assert.deepEqual(refusal(await call('refused', 'drop_everything')), [
      404,
      'NoSuchProcedureException',
    ])
    for (const [procedure, given] of [
      ['rollback_to_snapshot', {}],
      ['rollback_to_snapshot', { snapshot_id: 'x' }],
      ['rollback_to_snapshot', { snapshot_id: 1 }],
      ['set_current_snapshot', { snapshot_id: 1, ref: 'main' }],
      ['fast_forward', { branch: 'main', to: 'nowhere' }],
      ['rewrite_data_files', { strategy: 'random' }],
      ['rewrite_manifests', { all: true }],
      ['remove_orphan_files', { older_than: Date.now() }],
      ['cherrypick_snapshot', { snapshot_id: 5 }],
    ] as const) {
      const answer = await call('refused', procedure, given)
      assert.deepEqual(refusal(answer), [400, 'BadRequestException'], answer.text)
    }
    assert.deepEqual(refusal(await call('nothing', 'rewrite_manifests')), [
      404,
      'NoSuchTableException',
    ])
  })

  it('counts distinct values, and builds upon the counts when rows were only added', async () => {
    await make('counted')
    await insert('counted', 1, 2, 3, 4, 5)
    const first = await call('counted', 'compute_table_stats')
    assert.equal(first.status, 200, first.text)
    assert.deepEqual(first.json.distinct, { id: 5, part: 2 })
    assert.equal(first.json.filesRead, 2)
    const told = async () => {
      const { json } = await rest('GET', '/v1/namespaces/shop/tables/counted')
      const { statistics } = json.metadata
      const last = statistics.at(-1)
      return {
        files: statistics.length,
        snapshot: BigInt(last['snapshot-id']),
        ndv: last['blob-metadata'].map(
          (blob: { fields: number[]; properties: { ndv: string } }) => [
            blob.fields,
            blob.properties.ndv,
          ],
        ),
      }
    }
    assert.deepEqual(await told(), {
      files: 1,
      snapshot: await headOf('counted'),
      ndv: [
        [[1], '5'],
        [[2], '2'],
      ],
    })
    await insert('counted', 5, 7)
    const more = await call('counted', 'compute_table_stats')
    assert.deepEqual([more.json.distinct, more.json.filesRead], [{ id: 6, part: 2 }, 1])
    await call('counted', 'rewrite_data_files', { rewrite_all: true })
    const same = await call('counted', 'compute_table_stats')
    assert.deepEqual([same.json.distinct, same.json.filesRead], [{ id: 6, part: 2 }, 0])
    // What is gone must not be counted: then all is read again.
    await lake.run('DELETE FROM counted WHERE id IN (2, 4)')
    const fewer = await call('counted', 'compute_table_stats', { columns: ['part', 'id'] })
    assert.equal(fewer.status, 200, fewer.text)
    assert.deepEqual(fewer.json.distinct, { id: 4, part: 1 })
    assert.equal((await told()).files, 4)
    await lake.run(
      `INSERT INTO counted SELECT CAST(x AS integer), 'many' FROM UNNEST(sequence(1, 9000)) AS t(x)`,
    )
    const many = await call('counted', 'compute_table_stats')
    assert.ok(Math.abs(many.json.distinct.id - 9000) < 600, `${many.json.distinct.id}`)
    const empty = await call('counted', 'compute_table_stats', { column: ['id'] })
    assert.deepEqual(refusal(empty), [400, 'BadRequestException'])
  })
})
