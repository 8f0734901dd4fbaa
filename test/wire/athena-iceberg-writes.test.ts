import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetTableCommand } from '@aws-sdk/client-glue'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll } from '#test/harness'
import { restClient } from './iceberg-client.ts'
import { startIcebergLake } from './iceberg-lake.ts'

/** The ways that rows can be changed: by deletes beside the files (format 2), by vectors (format 3), by new files. */
const ways = {
  'merge on read': '',
  'deletion vectors': `, 'format-version'='3'`,
  'copy on write': `, 'write.delete.mode'='copy-on-write', 'write.update.mode'='copy-on-write', 'write.merge.mode'='copy-on-write'`,
  'copy on write, format 3': `, 'format-version'='3', 'write.delete.mode'='copy-on-write', 'write.update.mode'='copy-on-write', 'write.merge.mode'='copy-on-write'`,
} as const

describe('writing Iceberg tables with SQL', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  const create = (name: string, columns: string, more = '', by = '') =>
    lake.run(
      `CREATE TABLE ${name} (${columns}) ${by} LOCATION 's3://data/${name}' TBLPROPERTIES ('table_type'='ICEBERG'${more})`,
    )

  it('counts the columns that a query names, as the manifests tell their sizes', async () => {
    await create('measured', 'n int, s string, r struct<a:int,b:array<string>>')
    await lake.run(`INSERT INTO measured SELECT i, to_hex(md5(to_utf8(cast(i AS varchar)))),
      CAST(ROW(i, ARRAY[cast(i AS varchar)]) AS ROW(a integer, b array(varchar)))
      FROM UNNEST(sequence(1, 5000)) AS t(i)`)
    const scanned = async (sql: string) => {
      const { Status, Statistics } = await lake.ended(await lake.start(sql))
      assert.equal(Status!.State, 'SUCCEEDED', Status!.StateChangeReason)
      return Statistics!.DataScannedInBytes!
    }
    const [n, s, r] = [
      await scanned('SELECT sum(n) FROM measured'),
      await scanned('SELECT max(s) FROM measured'),
      await scanned('SELECT max(r.a) FROM measured'),
    ]
    for (const bytes of [n, s, r]) assert.ok(bytes > 0)
    assert.ok(s > 2 * n)
    assert.equal(await scanned('SELECT max(n), max(s) FROM measured'), n + s)
    const all = await scanned('SELECT * FROM measured')
    assert.equal(all, n + s + r)
    // Of a column that a file does not have the manifest says nothing: all that is not of others is counted.
    await lake.run('ALTER TABLE measured ADD COLUMNS (later int)')
    const later = await scanned('SELECT max(later) FROM measured')
    const [[size]] = (await lake.run('SELECT sum(file_size_in_bytes) FROM "measured$files"')) as [
      [string],
    ]
    assert.equal(later, Number(size) - all)
  })

  it('inserts rows of every type, and reads them back', async () => {
    await create(
      'every',
      `id int, b boolean, l bigint, f float, d double, dec decimal(20,3), day date, ts timestamp, s string, bin binary,
       arr array<struct<k:string,v:int>>, m map<string,double>, r struct<a:int,b:array<string>>`,
    )
    await lake.run(`INSERT INTO every VALUES
      (1, true, 9223372036854775807, REAL '1.5', -2.25E0, 12345678901234567.125, DATE '2024-02-29', TIMESTAMP '2024-01-02 03:04:05.123456', 'it''s', X'00ff',
       ARRAY[CAST(ROW('x', 1) AS ROW(k varchar, v integer))], MAP(ARRAY['p'], ARRAY[0.1E0]), CAST(ROW(7, ARRAY['q', NULL]) AS ROW(a integer, b array(varchar)))),
      (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
    assert.deepEqual(await lake.run('SELECT * FROM every ORDER BY id'), [
      [
        '1',
        'true',
        '9223372036854775807',
        '1.5',
        '-2.25',
        '12345678901234567.125',
        '2024-02-29',
        '2024-01-02 03:04:05.123456',
        "it's",
        '00 ff',
        '[{k=x, v=1}]',
        '{p=0.1}',
        '{a=7, b=[q, null]}',
      ],
      ['2', null, null, null, null, null, null, null, null, null, null, null, null],
    ])
    await lake.run(`INSERT INTO every (s, id) SELECT 'later', 3`)
    assert.deepEqual(await lake.run('SELECT id, s, l FROM every WHERE id = 3'), [
      ['3', 'later', null],
    ])
    assert.match(await lake.failure(`INSERT INTO every (id) VALUES ('x')`), /^TYPE_MISMATCH/)
    assert.match(await lake.failure(`INSERT INTO every (nix) VALUES (1)`), /^COLUMN_NOT_FOUND/)
  })

  it('writes statistics that prune, and the manifest of what it wrote', async () => {
    const execution = await lake.ended(
      await lake.start(
        `INSERT INTO every (id, d, s) SELECT CAST(x AS integer), x * 0.5E0, 'row' || CAST(x AS varchar) FROM UNNEST(sequence(100, 199)) AS t(x)`,
      ),
    )
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    const manifest = new URL(execution.Statistics!.DataManifestLocation!)
    const { Body } = await lake.s3.send(
      new GetObjectCommand({ Bucket: manifest.host, Key: manifest.pathname.slice(1) }),
    )
    const [written] = (await Body!.transformToString()).trim().split('\n')
    const files = await lake.run(
      `SELECT record_count, lower_bounds[1], upper_bounds[1], upper_bounds[9], null_value_counts[3], nan_value_counts[5], file_size_in_bytes > 0 FROM "every$files" WHERE file_path = '${written}'`,
    )
    assert.deepEqual(files, [['100', '100', '199', 'row199', '100', '0', 'true']])
    assert.deepEqual(
      await lake.run(`SELECT sum(d), count(*) FROM every WHERE id BETWEEN 150 AND 159`),
      [['772.5', '10']].map(([a, b]) => [a!, b!]),
    )
  })

  it('parts rows by every transform', async () => {
    await create(
      'parted',
      'id bigint, name string, at timestamp, day date, price decimal(9,2)',
      '',
      'PARTITIONED BY (bucket(4, id), truncate(2, name), hour(at), month(day), truncate(100, price), name)',
    )
    await lake.run(`INSERT INTO parted VALUES
      (1, 'apple', TIMESTAMP '2024-01-02 03:04:05', DATE '1969-12-31', 12.34),
      (2, 'apricot', TIMESTAMP '1969-12-31 23:59:59.999999', DATE '2024-03-31', -0.01),
      (3, NULL, NULL, NULL, NULL), (4, '', TIMESTAMP '2024-01-02 03:04:05', DATE '2024-01-01', 5.00)`)
    assert.deepEqual(
      await lake.run(
        `SELECT partition.id_bucket, partition.name_trunc, partition.at_hour, partition.day_month, partition.price_trunc, partition.name, record_count FROM "parted$partitions" ORDER BY data.id.min`,
      ),
      [
        ['0', 'ap', '473379', '-1', '12.00', 'apple', '1'],
        ['0', 'ap', '-1', '650', '-1.00', 'apricot', '1'],
        ['3', null, null, null, null, null, '1'],
        ['2', '', '473379', '648', '5.00', '', '1'],
      ],
    )
    for (const where of [
      `id = 2`,
      `name = 'apricot'`,
      `at < TIMESTAMP '1970-01-01 00:00:00'`,
      `price < 0`,
      `day = DATE '2024-03-31'`,
    ]) {
      assert.deepEqual(await lake.run(`SELECT id FROM parted WHERE ${where}`), [['2']], where)
    }
    assert.deepEqual(await lake.run(`SELECT id FROM parted WHERE name IS NULL`), [['3']])
  })

  it('makes tables of queries, rows and all, in one step', async () => {
    await lake.run(
      `CREATE TABLE made WITH (table_type='ICEBERG', is_external=false, location='s3://data/made', format='PARQUET', partitioning=ARRAY['day(at)', 'bucket(id, 8)'])
       AS SELECT x AS id, TIMESTAMP '2024-01-01 00:00:00' + x * INTERVAL '8' HOUR AS at, CAST(ROW(x) AS ROW("Deep" integer)) AS r FROM UNNEST(sequence(0, 8)) AS t(x)`,
    )
    assert.deepEqual(await lake.run('SELECT count(*), max(at), max(r.deep) FROM made'), [
      ['9', '2024-01-03 16:00:00.000000', '8'],
    ])
    assert.deepEqual(
      await lake.run(
        `SELECT sum(record_count) FROM "made$partitions" GROUP BY partition.at_day ORDER BY partition.at_day`,
      ),
      [['3'], ['3'], ['3']],
    )
    assert.match(
      await lake.failure(
        `CREATE TABLE made WITH (table_type='ICEBERG', is_external=false, location='s3://data/made2') AS SELECT 1 AS a`,
      ),
      /^TABLE_ALREADY_EXISTS/,
    )
    await lake.run(
      `CREATE TABLE IF NOT EXISTS made WITH (table_type='ICEBERG', is_external=false, location='s3://data/made2') AS SELECT 1 AS a`,
    )
    await lake.run(
      `CREATE TABLE bare WITH (table_type='ICEBERG', is_external=false, location='s3://data/bare') AS SELECT 1 AS a, 'x' AS b WITH NO DATA`,
    )
    assert.deepEqual(await lake.run('SELECT * FROM bare'), [])
    assert.match(
      await lake.failure(
        `CREATE TABLE bad WITH (table_type='ICEBERG', location='s3://data/bad') AS SELECT 1 AS a`,
      ),
      /is_external must be false/,
    )
    assert.match(
      await lake.failure(
        `CREATE TABLE bad WITH (table_type='ICEBERG', is_external=false, location='s3://data/bad') AS SELECT CAST(1 AS tinyint) AS a`,
      ),
      /^NOT_SUPPORTED/,
    )
  })

  for (const [way, properties] of Object.entries(ways)) {
    const name = `changed_${Object.keys(ways).indexOf(way as never)}`
    it(`deletes, updates and merges: ${way}`, async () => {
      await create(name, 'id int, team string, score int', properties, 'PARTITIONED BY (team)')
      const rows = () => lake.run(`SELECT * FROM ${name} ORDER BY id`)
      await lake.run(
        `INSERT INTO ${name} VALUES (1,'a',10),(2,'a',20),(3,'b',30),(4,'b',40),(5,NULL,50)`,
      )
      await lake.run(`INSERT INTO ${name} VALUES (6,'a',60),(7,'c',70)`)
      await lake.run(`DELETE FROM ${name} WHERE id IN (2, 3) OR score = 70`)
      assert.deepEqual(
        (await rows()).map(([id]) => id),
        ['1', '4', '5', '6'],
      )
      await lake.run(
        `UPDATE ${name} SET score = score + 1, team = coalesce(team, 'z') WHERE id >= 4`,
      )
      assert.deepEqual(await rows(), [
        ['1', 'a', '10'],
        ['4', 'b', '41'],
        ['5', 'z', '51'],
        ['6', 'a', '61'],
      ])
      // Rows of a file that has deletes already.
      await lake.run(`DELETE FROM ${name} WHERE score = 41`)
      await lake.run(
        `MERGE INTO ${name} AS t USING (VALUES (1, 'up'), (5, 'gone'), (8, 'new'), (9, 'skip')) AS s(id, what) ON t.id = s.id
         WHEN MATCHED AND s.what = 'gone' THEN DELETE
         WHEN MATCHED THEN UPDATE SET score = t.score * 2, team = s.what
         WHEN NOT MATCHED AND s.what = 'new' THEN INSERT (id, team) VALUES (s.id, upper(s.what))`,
      )
      const after = [
        ['1', 'up', '20'],
        ['6', 'a', '61'],
        ['8', 'NEW', null],
      ]
      assert.deepEqual(await rows(), after)
      assert.deepEqual(await lake.run(`SELECT count(*), sum(score) FROM ${name}`), [['3', '81']])
      // Nothing matches, nothing changes; no snapshot either.
      const snapshots = () => lake.run(`SELECT count(*) FROM "${name}$snapshots"`)
      const before = await snapshots()
      await lake.run(`DELETE FROM ${name} WHERE id = 1000`)
      assert.deepEqual(await snapshots(), before)
      assert.match(
        await lake.failure(
          `MERGE INTO ${name} t USING (VALUES (1), (1)) AS s(id) ON t.id = s.id WHEN MATCHED THEN UPDATE SET score = 0`,
        ),
        /^MERGE_TARGET_ROW_MULTIPLE_MATCHES/,
      )
      assert.deepEqual(await rows(), after)
      await lake.run(`DELETE FROM ${name} WHERE team = 'a'`)
      await lake.run(`DELETE FROM ${name}`)
      assert.deepEqual(await rows(), [])
    })
  }

  it('leaves deletes as the table says: files of positions, vectors, or none', async () => {
    const contents = async (name: string) => {
      const found = await lake.run(
        `SELECT DISTINCT content, file_format FROM "${name}$files" ORDER BY 1, 2`,
      )
      return found.map((row) => row.join(' '))
    }
    for (const [name, properties, expected] of [
      ['d2', ways['merge on read'], ['0 PARQUET', '1 PARQUET']],
      ['d3', ways['deletion vectors'], ['0 PARQUET', '1 PUFFIN']],
      ['dc', ways['copy on write'], ['0 PARQUET']],
    ] as const) {
      await create(name, 'id int', properties)
      await lake.run(
        `INSERT INTO ${name} SELECT CAST(x AS integer) FROM UNNEST(sequence(1, 100)) AS t(x)`,
      )
      await lake.run(`DELETE FROM ${name} WHERE id % 10 = 0`)
      assert.deepEqual(await contents(name), expected)
      await lake.run(`DELETE FROM ${name} WHERE id % 10 = 1`)
      assert.deepEqual(await lake.run(`SELECT count(*), min(id) FROM ${name}`), [['80', '2']])
    }
    // Two deletes of one file are one vector.
    assert.deepEqual(
      await lake.run(`SELECT count(*), sum(record_count) FROM "d3$files" WHERE content = 1`),
      [['1', '20']],
    )
    // A whole file goes without a delete.
    await lake.run('DELETE FROM d2 WHERE id > 0 OR id IS NULL')
    await create('whole', 'id int')
    await lake.run('INSERT INTO whole VALUES 1, 2')
    await lake.run('DELETE FROM whole WHERE id < 10')
    assert.deepEqual(await contents('whole'), [])
  })

  it('keeps the ids of rows, and fills in defaults, in format 3', async () => {
    await create('lined', 'id int, note string, seen bigint', `, 'format-version'='3'`)
    await lake.run(`INSERT INTO lined VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL)`)
    // The id is a hidden column of the table that a statement changes.
    await lake.run(`UPDATE lined SET seen = "$row_id" WHERE id = 2`)
    await lake.run(`UPDATE lined SET note = 'B' WHERE id = 2`)
    await lake.run(`ALTER TABLE lined SET TBLPROPERTIES ('write.update.mode'='copy-on-write')`)
    await lake.run(`UPDATE lined SET note = 'A' WHERE id = 1`)
    await lake.run(
      `UPDATE lined SET note = CASE WHEN "$row_id" = seen THEN 'same' ELSE 'other' END WHERE id = 2`,
    )
    assert.deepEqual(await lake.run('SELECT * FROM lined ORDER BY id'), [
      ['1', 'A', null],
      ['2', 'same', '1'],
      ['3', 'c', null],
    ])
    const rest = restClient(lake.lake)
    const { json } = await rest('GET', '/v1/namespaces/shop/tables/lined')
    const fields = json.metadata.schemas.at(-1).fields
    const added = [
      { id: 4, name: 'n', required: false, type: 'int', 'initial-default': 7, 'write-default': 8 },
      { id: 5, name: 'day', required: false, type: 'date', 'initial-default': '2024-02-29' },
    ]
    const { status, text } = await rest('POST', '/v1/namespaces/shop/tables/lined', {
      requirements: [],
      updates: [
        { action: 'add-schema', schema: { type: 'struct', fields: [...fields, ...added] } },
        { action: 'set-current-schema', 'schema-id': -1 },
      ],
    })
    assert.equal(status, 200, text)
    await lake.run(`INSERT INTO lined (id) VALUES (4)`)
    assert.deepEqual(await lake.run('SELECT id, n, day FROM lined ORDER BY id'), [
      ['1', '7', '2024-02-29'],
      ['2', '7', '2024-02-29'],
      ['3', '7', '2024-02-29'],
      ['4', '8', null],
    ])
    assert.deepEqual(await lake.run('SELECT id FROM lined WHERE n = 7 ORDER BY id'), [
      ['1'],
      ['2'],
      ['3'],
    ])
  })

  it('refuses what it cannot change', async () => {
    await lake.run(
      `CREATE EXTERNAL TABLE plain (a int) STORED AS PARQUET LOCATION 's3://data/plain'`,
    )
    assert.match(await lake.failure('DELETE FROM plain'), /^NOT_SUPPORTED.*Hive/)
    assert.match(await lake.failure('DELETE FROM nowhere'), /^TABLE_NOT_FOUND/)
    assert.match(await lake.failure(`UPDATE d2 SET nix = 1`), /^COLUMN_NOT_FOUND/)
    assert.match(await lake.failure(`UPDATE d2 SET id = 'x'`), /^TYPE_MISMATCH/)
    assert.match(await lake.failure(`UPDATE d2 SET id = 1, id = 2`), /^DUPLICATE_COLUMN_NAME/)
    assert.match(
      await lake.failure(
        `MERGE INTO d2 USING (VALUES 1) s(x) ON id = x WHEN NOT MATCHED THEN INSERT (id, id) VALUES (1, 2)`,
      ),
      /^DUPLICATE_COLUMN_NAME/,
    )
    await assert.rejects(lake.start('DELETE d2'), { name: 'InvalidRequestException' })
  })

  it('writes files no larger than the table wants, in its order', async () => {
    await create(
      'sized',
      'id int, pad string',
      `, 'write.target-file-size-bytes'='100000', 'write_compression'='none'`,
    )
    await lake.run(
      `INSERT INTO sized SELECT CAST(x AS integer), rpad('', 100, 'abcdefghij') || CAST(x AS varchar) FROM UNNEST(sequence(1, 9000)) AS t(x)`,
    )
    const [[files, rows]] = (await lake.run(
      `SELECT count(*), sum(record_count) FROM "sized$files"`,
    )) as [[string, string]]
    assert.equal(rows, '9000')
    assert.ok(Number(files) > 1, files)
  })

  it('cuts the files of partitions to the size that the table wants', async () => {
    await create(
      'cut',
      'id int, pad string, part string',
      `, 'write.target-file-size-bytes'='100000', 'write_compression'='none'`,
      'PARTITIONED BY (part)',
    )
    await lake.run(
      `INSERT INTO cut SELECT CAST(x AS integer), rpad('', 100, 'abcdefghij') || CAST(x AS varchar), IF(x > 8990, 'small', 'large') FROM UNNEST(sequence(1, 9000)) AS t(x)`,
    )
    const partitions = await lake.run(
      `SELECT partition.part, file_count, record_count FROM "cut$partitions" ORDER BY 1`,
    )
    assert.deepEqual(
      partitions.map(([part, , rows]) => [part, rows]),
      [
        ['large', '8990'],
        ['small', '10'],
      ],
    )
    assert.ok(Number(partitions[0]![1]) > 2, `${partitions[0]![1]} files`)
    assert.equal(partitions[1]![1], '1')
    const sums = `SELECT count(DISTINCT id), sum(id), min(part), max(part) FROM cut`
    assert.deepEqual(await lake.run(sums), [['9000', '40504500', 'large', 'small']])
    // Each file has its own bounds, so a row is found in one of them.
    const pruned = await lake.run(`SELECT count(DISTINCT "$path") FROM cut WHERE id = 4500`)
    assert.deepEqual(pruned, [['1']])
    await lake.run(`DELETE FROM cut WHERE id % 2 = 0`)
    await lake.run(`OPTIMIZE cut REWRITE DATA USING BIN_PACK`)
    assert.deepEqual(await lake.run(`SELECT count(*) FROM cut`), [['4500']])
  })

  it('optimizes and vacuums: fewer files, no deletes, the same rows', async () => {
    await create(
      'worn',
      'id int, part string',
      `, 'vacuum_max_snapshot_age_seconds'='1'`,
      'PARTITIONED BY (part)',
    )
    for (let batch = 0; batch < 6; batch++) {
      await lake.run(`INSERT INTO worn VALUES (${batch}, 'a'), (${batch + 10}, 'b')`)
    }
    await lake.run(`DELETE FROM worn WHERE id IN (3, 13)`)
    const files = (part: string) =>
      lake.run(
        `SELECT file_count, record_count FROM "worn$partitions" WHERE partition.part = '${part}'`,
      )
    const rows = await lake.run('SELECT * FROM worn ORDER BY id')
    const [[before]] = (await lake.run(`SELECT snapshot_id FROM "worn$refs"`)) as [[string]]
    const execution = await lake.ended(
      await lake.start(`OPTIMIZE worn REWRITE DATA USING BIN_PACK WHERE part = 'a'`),
    )
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    assert.deepEqual(await files('a'), [['1', '5']])
    assert.equal((await files('b'))[0]![0], '5')
    await lake.run('OPTIMIZE worn REWRITE DATA USING BIN_PACK')
    assert.deepEqual(await files('b'), [['1', '5']])
    assert.deepEqual(await lake.run('SELECT * FROM worn ORDER BY id'), rows)
    assert.deepEqual(await lake.run(`SELECT count(*) FROM worn FOR VERSION AS OF ${before}`), [
      ['10'],
    ])
    await poll('a second to pass', async () => {
      await lake.run('VACUUM worn')
      const [[left]] = (await lake.run(`SELECT count(*) FROM "worn$snapshots"`)) as [[string]]
      return left === '1'
    })
    assert.deepEqual(await lake.run('SELECT * FROM worn ORDER BY id'), rows)
    assert.match(await lake.failure('VACUUM nowhere'), /^TABLE_NOT_FOUND/)
    assert.match(await lake.failure('OPTIMIZE plain REWRITE DATA USING BIN_PACK'), /^NOT_SUPPORTED/)
    await assert.rejects(lake.start('OPTIMIZE worn'), { name: 'InvalidRequestException' })
  })

  it('optimizes deletes whose files are well as they are: one file for a partition, none that deletes nothing', async () => {
    await create('dotted', 'id int, part string', '', 'PARTITIONED BY (part)')
    for (const first of [0, 100]) {
      await lake.run(
        `INSERT INTO dotted SELECT CAST(x AS integer), p FROM UNNEST(sequence(${first}, ${first + 99})) AS t(x) CROSS JOIN (VALUES 'a', 'b') AS u(p)`,
      )
    }
    // Each data file has one file of deletes: for that it is not rewritten.
    for (const id of [7, 107]) await lake.run(`DELETE FROM dotted WHERE id = ${id}`)
    const deleteFiles = async () =>
      (await lake.run(`SELECT count(*) FROM "dotted$files" WHERE content = 1`))[0]![0]
    const dataFiles = `SELECT file_path FROM "dotted$files" WHERE content = 0 ORDER BY 1`
    const before = await lake.run(dataFiles)
    assert.equal(await deleteFiles(), '4')
    await lake.run(`OPTIMIZE dotted REWRITE DATA USING BIN_PACK WHERE part = 'b'`)
    assert.equal(await deleteFiles(), '3')
    await lake.run('OPTIMIZE dotted REWRITE DATA USING BIN_PACK')
    assert.equal(await deleteFiles(), '2')
    assert.deepEqual(await lake.run(dataFiles), before)
    assert.deepEqual(await lake.run('SELECT count(*), sum(id) FROM dotted'), [['396', '39572']])
  })

  it('lets writers and readers be at work at once: none fails, none sees half of a change', async () => {
    await create('busy', 'account int, amount int')
    await lake.run('INSERT INTO busy VALUES (1, 500), (2, 500)')
    const moves = [10, 20, 30].map((amount) =>
      lake.start(
        `UPDATE busy SET amount = CASE account WHEN 1 THEN amount - ${amount} ELSE amount + ${amount} END WHERE account IN (1, 2)`,
      ),
    )
    const inserts = [3, 4, 5].map((account) =>
      lake.start(`INSERT INTO busy VALUES (${account}, 0)`),
    )
    const reads = [1, 2, 3, 4].map(() =>
      lake.run('SELECT sum(amount), count_if(account < 3) FROM busy'),
    )
    for (const seen of await Promise.all(reads)) assert.deepEqual(seen, [['1000', '2']])
    for (const id of await Promise.all([...moves, ...inserts])) {
      const { Status } = await lake.ended(id)
      assert.equal(Status!.State, 'SUCCEEDED', Status!.StateChangeReason)
    }
    assert.deepEqual(await lake.run('SELECT * FROM busy ORDER BY account'), [
      ['1', '440'],
      ['2', '560'],
      ['3', '0'],
      ['4', '0'],
      ['5', '0'],
    ])
  })

  it('leaves no file that no snapshot names', async () => {
    const known = new Set<string>()
    for (const table of ['d2', 'd3', 'dc', 'made', 'changed_0', 'changed_1', 'changed_2']) {
      const { Table } = await lake.glue.send(
        new GetTableCommand({ DatabaseName: 'shop', Name: table }),
      )
      assert.ok(Table!.Parameters!['metadata_location'])
    }
    const { Contents } = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: 'dc/data/' }),
    )
    for (const { Key } of Contents!) known.add(Key!)
    // Three writes of one file each, each replacing the one before.
    assert.equal(known.size, 3)
  })
})
