import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { expectedOf, registerFixture, startIcebergLake } from './iceberg-lake.ts'

describe('SQL over Iceberg tables that PyIceberg wrote', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  for (const table of ['types', 'evolved', 'deleted', 'imported']) {
    it(`reads every row of ${table} as PyIceberg does, value for value`, async () => {
      const expected = await registerFixture(lake, table)
      assert.deepEqual(await lake.run(`SELECT * FROM ${table} ORDER BY id`), expected.rows)
      const [[count]] = (await lake.run(`SELECT count(*) FROM ${table}`)) as [[string]]
      assert.equal(count, String(expected.rows.length))
    })
  }

  it('reads what a table was, by version and by time', async () => {
    const { rows, snapshots } = await expectedOf('evolved')
    const [[id, before]] = Object.entries(snapshots!) as [[string, typeof rows]]
    const at = async (clause: string) =>
      lake.run(`SELECT * FROM evolved FOR ${clause} AS e ORDER BY e.id`)
    assert.deepEqual(await at(`VERSION AS OF ${id}`), before)
    assert.deepEqual(await at(`VERSION AS OF 'main'`), rows)
    assert.deepEqual(await at(`TIMESTAMP AS OF current_timestamp`), rows)
    assert.deepEqual(await at(`SYSTEM_TIME AS OF TIMESTAMP '2100-01-01 00:00:00'`), rows)
    const [[made]] = (await lake.run(
      `SELECT CAST(min(made_current_at) AS varchar) FROM "evolved$history"`,
    )) as [[string]]
    assert.deepEqual(await at(`TIMESTAMP AS OF TIMESTAMP '${made}'`), before)
    // Both in one query, and with a parameter.
    const [[both]] = (await lake.run(
      `SELECT count(*) FROM evolved e JOIN evolved FOR VERSION AS OF ? f ON e.id = f.id`,
      { ExecutionParameters: [id] },
    )) as [[string]]
    assert.equal(both, '2')
    assert.match(
      await lake.failure(`SELECT * FROM evolved FOR VERSION AS OF 42`),
      /^INVALID_ARGUMENTS: line 1:23: .*42/,
    )
    assert.match(
      await lake.failure(`SELECT * FROM evolved FOR VERSION AS OF 'nowhere'`),
      /^INVALID_ARGUMENTS.*nowhere/,
    )
    assert.match(
      await lake.failure(
        `SELECT * FROM evolved FOR TIMESTAMP AS OF TIMESTAMP '1999-01-01 00:00:00'`,
      ),
      /^INVALID_ARGUMENTS/,
    )
    assert.match(
      await lake.failure(`SELECT * FROM evolved FOR TIMESTAMP AS OF 5`),
      /^TYPE_MISMATCH/,
    )
  })

  it('shows what a table is made of', async () => {
    const snapshots = await lake.run(
      `SELECT snapshot_id, parent_id, operation, summary['total-records'] FROM "evolved$snapshots" ORDER BY committed_at`,
    )
    assert.equal(snapshots.length, 2)
    assert.deepEqual(snapshots[0]!.slice(1), [null, 'append', '2'])
    assert.deepEqual(snapshots[1]!.slice(1), [snapshots[0]![0], 'append', '3'])
    assert.deepEqual(
      await lake.run(
        `SELECT snapshot_id, parent_id, is_current_ancestor FROM "evolved$history" ORDER BY made_current_at`,
      ),
      snapshots.map(([id, parent]) => [id, parent, 'true']),
    )
    assert.deepEqual(
      await lake.run(`SELECT name, type, snapshot_id, max_reference_age_in_ms FROM "evolved$refs"`),
      [['main', 'BRANCH', snapshots[1]![0], null]],
    )
    assert.deepEqual(
      await lake.run(
        `SELECT content, file_format, record_count, lower_bounds[1], upper_bounds[4], null_value_counts[2], "$path" IS NULL FROM shop."evolved$files" ORDER BY lower_bounds[1]`,
      ),
      [
        ['0', 'PARQUET', '2', '1', '1.50', '1', 'true'],
        ['0', 'PARQUET', '1', '3', '1234567890.25', '0', 'true'],
      ],
    )
    assert.deepEqual(
      await lake.run(
        `SELECT content, equality_ids FROM "deleted$files" WHERE content > 0 ORDER BY cardinality(equality_ids) NULLS FIRST`,
      ),
      [
        ['1', null],
        ['2', '[2]'],
        ['2', '[1, 2]'],
      ],
    )
    assert.deepEqual(
      await lake.run(
        `SELECT partition.kind, record_count, file_count, data.id.min FROM "imported$partitions" ORDER BY 1`,
      ),
      [
        ['a', '1', '1', null],
        ['b', '2', '1', null],
        [null, '1', '1', null],
      ],
    )
    assert.deepEqual(
      await lake.run(
        `SELECT record_count, data.title.min, data.id.max, data.gone.null_count FROM "evolved$partitions"`,
      ),
      [['3', 'one', '3', null]],
    )
    assert.deepEqual(
      await lake.run(
        `SELECT added_data_files_count, added_rows_count, partition_summaries[1].upper_bound FROM "imported$manifests"`,
      ),
      [['3', '4', 'b']],
    )
    assert.match(await lake.failure(`SELECT * FROM "evolved$nothing"`), /^TABLE_NOT_FOUND/)
    assert.match(
      await lake.failure(`SELECT * FROM "evolved$files" FOR VERSION AS OF 1`),
      /^NOT_SUPPORTED/,
    )
  })

  it('names the object of each row, and the one that is broken', async () => {
    const paths = await lake.run(`SELECT id, "$path" FROM deleted WHERE id > 10 ORDER BY id`)
    assert.deepEqual(
      paths.map(([id]) => id),
      ['12', '21'],
    )
    const path = paths[0]![1]!
    const files = await lake.run(`SELECT file_path FROM "deleted$files" WHERE content = 0`)
    assert.ok(files.some(([file]) => file === path))
    await lake.s3.send(
      new PutObjectCommand({
        Bucket: 'rows',
        Key: path.slice('s3://rows/'.length),
        Body: 'not a file of Parquet, whatever its name says',
      }),
    )
    // Its schema is known from before: it is found broken when it is read.
    assert.match(await lake.failure('SELECT * FROM deleted'), new RegExp(`^HIVE_BAD_DATA.*${path}`))
    assert.equal((await lake.run('SELECT * FROM evolved')).length, 3)
  })
})
