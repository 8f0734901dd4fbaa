import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetTableCommand, GetTablesCommand } from '@aws-sdk/client-glue'
import { poll } from '../harness/index.ts'
import { startIcebergLake } from './iceberg-lake.ts'

const create = (name: string, more = '') => `CREATE TABLE ${name} (
    id bigint COMMENT 'who',
    name string,
    at timestamp,
    tags array<string>,
    place struct<city:string,zip:int>
  )
  PARTITIONED BY (day(at), bucket(16, id), \`name\`, truncate(4, name))
  LOCATION 's3://data/${name}/'
  TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet', 'write_compression'='zstd',
    'vacuum_max_snapshot_age_seconds'='3600'${more})`

describe('DDL of Iceberg tables through Athena', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  it('makes a table, partitioned, that Glue knows as an Iceberg table', async () => {
    const execution = await lake.ended(await lake.start(create('made')))
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    assert.equal(execution.SubstatementType, 'CREATE_TABLE')
    const { Table } = await lake.glue.send(
      new GetTableCommand({ DatabaseName: 'shop', Name: 'made' }),
    )
    assert.equal(Table!.Parameters!['table_type'], 'ICEBERG')
    assert.match(Table!.Parameters!['metadata_location']!, /^s3:\/\/data\/made\/metadata\/00000-/)
    assert.deepEqual(await lake.run('SELECT * FROM made'), [])
    assert.deepEqual(
      await lake.run(create('made').replace('TABLE made', 'TABLE IF NOT EXISTS made')),
      [],
    )
    assert.match(await lake.failure(create('made')), /AlreadyExists/)
  })

  it('describes and shows it as Athena does', async () => {
    const lines = async (sql: string) => (await lake.run(sql)).map((row) => row.join('\t'))
    assert.deepEqual(await lines('DESCRIBE made'), [
      '# Table schema:\t\t',
      '# col_name\tdata_type\tcomment',
      'id\tbigint\twho',
      'name\tstring\t',
      'at\ttimestamp\t',
      'tags\tarray<string>\t',
      'place\tstruct<city:string,zip:int>\t',
      '\t\t',
      '# Partition spec:\t\t',
      '# field_name\tfield_transform\tcolumn_name',
      'at_day\tday\tat',
      'id_bucket\tbucket[16]\tid',
      'name\tidentity\tname',
      'name_trunc\ttruncate[4]\tname',
    ])
    const shown = (await lines('SHOW CREATE TABLE made')).join('\n')
    assert.match(shown, /^CREATE TABLE shop\.made \(\n  id bigint COMMENT 'who',/)
    assert.match(
      shown,
      /\nPARTITIONED BY \(day\(`at`\), bucket\(16, `id`\), `name`, truncate\(4, `name`\)\)\nLOCATION 's3:\/\/data\/made'\n/,
    )
    // What is shown makes the same table.
    await lake.run(
      shown.replace('shop.made', 'shop.again').replace('s3://data/made', 's3://data/again'),
    )
    assert.deepEqual(await lines('DESCRIBE again'), await lines('DESCRIBE made'))
    assert.deepEqual(
      await lake.run(
        `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'made' AND ordinal_position BETWEEN 2 AND 4 ORDER BY ordinal_position`,
      ),
      [
        ['name', 'varchar'],
        ['at', 'timestamp(6)'],
        ['tags', 'array(varchar)'],
      ],
    )
    const properties = await lines('SHOW TBLPROPERTIES made')
    assert.ok(properties.includes('write_compression\tzstd'))
    assert.ok(properties.includes('history.expire.max-snapshot-age-ms\t3600000'))
    assert.deepEqual(await lines(`SHOW TBLPROPERTIES made ('format')`), ['parquet'])
    assert.deepEqual(
      (await lines('SHOW COLUMNS IN made')).map((line) => line.trim()),
      ['id', 'name', 'at', 'tags', 'place'],
    )
  })

  it('evolves a schema', async () => {
    await lake.run(
      `CREATE TABLE evolving (a int, b float, c decimal(5,2), s struct<x:int>) LOCATION 's3://data/evolving' TBLPROPERTIES ('table_type'='ICEBERG')`,
    )
    await lake.run("ALTER TABLE evolving ADD COLUMNS (d string COMMENT 'new', e array<int>)")
    await lake.run('ALTER TABLE evolving CHANGE COLUMN a a bigint AFTER b')
    await lake.run("ALTER TABLE evolving CHANGE c cc decimal(9,2) COMMENT 'wider' FIRST")
    await lake.run('ALTER TABLE evolving CHANGE s s struct<x:bigint,y:string>')
    await lake.run('ALTER TABLE evolving DROP COLUMN d')
    const described = await lake.run('DESCRIBE evolving')
    assert.deepEqual(
      described.slice(2, 7).map((row) => row.join('\t')),
      [
        'cc\tdecimal(9,2)\twider',
        'b\tfloat\t',
        'a\tbigint\t',
        's\tstruct<x:bigint,y:string>\t',
        'e\tarray<int>\t',
      ],
    )
    assert.match(
      await lake.failure('ALTER TABLE evolving CHANGE a a int'),
      /NOT_SUPPORTED.*long -> int/,
    )
    assert.match(
      await lake.failure('ALTER TABLE evolving CHANGE s s struct<y:string>'),
      /nested field s\.x/,
    )
    assert.match(
      await lake.failure('ALTER TABLE evolving ADD COLUMNS (B int)'),
      /COLUMN_ALREADY_EXISTS/,
    )
    assert.match(await lake.failure('ALTER TABLE evolving DROP COLUMN nix'), /COLUMN_NOT_FOUND/)
    assert.match(
      await lake.failure('ALTER TABLE evolving REPLACE COLUMNS (z int)'),
      /NOT_SUPPORTED/,
    )
    assert.match(await lake.failure('MSCK REPAIR TABLE evolving'), /NOT_SUPPORTED/)
  })

  it('sets and unsets properties, renames', async () => {
    await lake.run(
      `ALTER TABLE evolving SET TBLPROPERTIES ('write_target_data_file_size_bytes'='1000000', 'write.delete.mode'='copy-on-write')`,
    )
    const value = async (name: string) =>
      (await lake.run(`SHOW TBLPROPERTIES evolving ('${name}')`))[0]![0]!
    assert.equal(await value('write.target-file-size-bytes'), '1000000')
    await lake.run(`ALTER TABLE evolving UNSET TBLPROPERTIES ('write_target_data_file_size_bytes')`)
    assert.match(await value('write.target-file-size-bytes'), /does not have property/)
    assert.match(
      await lake.failure(`ALTER TABLE evolving SET TBLPROPERTIES ('colour'='red')`),
      /INVALID_TABLE_PROPERTY/,
    )
    await lake.run('ALTER TABLE evolving RENAME TO evolved')
    assert.deepEqual(await lake.run('SELECT * FROM evolved'), [])
    assert.match(await lake.failure('SELECT * FROM evolving'), /TABLE_NOT_FOUND/)
  })

  it('drops a table with its files', async () => {
    await lake.run('DROP TABLE made')
    const { TableList } = await lake.glue.send(new GetTablesCommand({ DatabaseName: 'shop' }))
    assert.ok(!TableList!.some((table) => table.Name === 'made'))
    await poll('its files to be gone', async () => {
      const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
      const { KeyCount } = await lake.s3.send(
        new ListObjectsV2Command({ Bucket: 'data', Prefix: 'made/' }),
      )
      return KeyCount === 0
    })
  })

  it('refuses what it cannot make', async () => {
    const wrong = async (sql: string) => {
      await assert.rejects(
        lake.start(sql),
        (error: Error) => error.name === 'InvalidRequestException',
      )
    }
    await wrong('CREATE TABLE plain (a int)')
    await wrong(`CREATE TABLE plain (a int) LOCATION 's3://data/x'`)
    const made = (columns: string, by = '', properties = '') =>
      `CREATE TABLE bad (${columns}) ${by} LOCATION 's3://data/bad' TBLPROPERTIES ('table_type'='ICEBERG'${properties})`
    assert.match(
      await lake.failure(made('a tinyint')),
      /NOT_SUPPORTED: Type not supported for Iceberg: tinyint/,
    )
    assert.match(await lake.failure(made('a char(3)')), /NOT_SUPPORTED/)
    assert.match(
      await lake.failure(made('a int', 'PARTITIONED BY (b)')),
      /INVALID_TABLE_PROPERTY.*Column not found/,
    )
    assert.match(
      await lake.failure(made('a int', 'PARTITIONED BY (day(a))')),
      /Invalid source type/,
    )
    assert.match(await lake.failure(made('a int, a string')), /DUPLICATE_COLUMN_NAME/)
    assert.match(
      await lake.failure(made('a int', '', `, 'format'='orc'`)),
      /NOT_SUPPORTED: format ORC/,
    )
    assert.match(
      await lake.failure(
        `CREATE EXTERNAL TABLE bad (a int) LOCATION 's3://data/bad' TBLPROPERTIES ('table_type'='ICEBERG')`,
      ),
      /External keyword not supported/,
    )
  })
})
