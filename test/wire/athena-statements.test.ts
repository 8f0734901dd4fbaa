import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetDatabaseCommand, GlueClient } from '@aws-sdk/client-glue'
import { type AthenaLake, startAthenaLake } from './athena-lake.ts'

/** The statements of https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html that tell and change what is in the catalog. */
let fixture: AthenaLake

before(async () => {
  fixture = await startAthenaLake()
  await fixture.run('CREATE DATABASE shop')
})
after(() => fixture.lake.stop())

/** The lines of an answer, trimmed cell by cell. */
async function cells(sql: string): Promise<readonly (readonly string[])[]> {
  return (await fixture.run(sql)).map((row) => row[0]!.split('\t').map((cell) => cell.trim()))
}

const names = async (sql: string) => (await fixture.run(sql)).map((row) => row[0]!.trim())

describe('DESCRIBE', () => {
  before(() =>
    fixture.run(`CREATE EXTERNAL TABLE described (
        id int COMMENT 'the key', items array<struct<name:string,sizes:map<string,decimal(10,2)>>>,
        place struct<city:string,at:struct<x:double,y:double>>
      ) COMMENT 'all of it' PARTITIONED BY (p int) CLUSTERED BY (id) SORTED BY (id DESC) INTO 8 BUCKETS
      STORED AS PARQUET LOCATION 's3://data/described/' TBLPROPERTIES ('k'='v')`),
  )

  it('shows columns, and the partition keys once more', async () => {
    const lines = await cells('DESCRIBE described')
    assert.deepEqual(lines[0], ['id', 'int', 'the key'])
    assert.deepEqual(lines[3], ['p', 'int', ''])
    assert.deepEqual(lines[5], ['# Partition Information', '', ''])
    assert.deepEqual(lines.at(-1), ['p', 'int', ''])
    assert.equal(
      (await fixture.run('DESCRIBE described'))[0]![0],
      `${'id'.padEnd(20)}\t${'int'.padEnd(20)}\t${'the key'.padEnd(20)}`,
    )
  })

  it('FORMATTED tells of the table and its storage', async () => {
    const lines = await cells('DESC FORMATTED shop.described')
    const fact = (name: string) => lines.find(([first]) => first === name)?.[1]
    assert.equal(fact('Database:'), 'shop')
    assert.match(fact('CreateTime:')!, /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/)
    assert.equal(fact('LastAccessTime:'), 'UNKNOWN')
    assert.equal(fact('Location:'), 's3://data/described/')
    assert.equal(fact('Table Type:'), 'EXTERNAL_TABLE')
    assert.equal(fact('Compressed:'), 'No')
    assert.equal(fact('Num Buckets:'), '8')
    assert.equal(fact('Bucket Columns:'), '[id]')
    assert.equal(fact('Sort Columns:'), '[Order(col:id, order:0)]')
    assert.ok(lines.some(([, key, value]) => key === 'k' && value === 'v'))
    assert.ok(lines.some(([, key]) => key === 'serialization.format'))
  })

  it('EXTENDED has the table as Thrift prints it', async () => {
    const [name, text] = (await cells('DESCRIBE EXTENDED described')).at(-1)!
    assert.equal(name, 'Detailed Table Information')
    assert.match(
      text!,
      /^Table\(tableName:described, dbName:shop, .*FieldSchema\(name:id, type:int, comment:the key\)/,
    )
    assert.match(
      text!,
      /partitionKeys:\[FieldSchema\(name:p, type:int, comment:null\)\].*tableType:EXTERNAL_TABLE\)$/,
    )
  })

  it('goes into columns', async () => {
    const place = [
      ['city', 'string', 'from deserializer'],
      ['at', 'struct<x:double,y:double>', 'from deserializer'],
    ]
    assert.deepEqual(await cells('DESCRIBE described place'), place)
    assert.deepEqual(await cells('DESCRIBE described place.at.x'), [
      ['x', 'double', 'from deserializer'],
    ])
    assert.deepEqual(
      (await cells("DESCRIBE described items.'$elem$'")).map(([name]) => name),
      ['name', 'sizes'],
    )
    assert.deepEqual(await cells("DESCRIBE described items.'$elem$'.sizes.'$value$'"), [
      ['$value$', 'decimal(10,2)', 'from deserializer'],
    ])
    assert.match(
      await fixture.failure('DESCRIBE described place.nowhere'),
      /cannot find field nowhere/,
    )
    assert.match(await fixture.failure('DESCRIBE TABLE described'), /Table not found table/)
  })

  it('tells of a partition', async () => {
    await fixture.run('ALTER TABLE described ADD PARTITION (p=100)')
    const lines = await cells('DESCRIBE FORMATTED described PARTITION (p = 100)')
    const fact = (name: string) => lines.find(([first]) => first === name)?.[1]
    assert.equal(fact('Partition Value:'), '[100]')
    assert.equal(fact('Location:'), 's3://data/described/p=100')
    const [name, text] = (await cells('DESCRIBE EXTENDED described PARTITION (p = 100)')).at(-1)!
    assert.equal(name, 'Detailed Partition Information')
    assert.match(text!, /^Partition\(values:\[100\], dbName:shop, tableName:described/)
    assert.deepEqual((await cells('DESCRIBE FORMATTED described PARTITION (p = 100) id;')).at(-1), [
      'id',
      'int',
      'from deserializer',
    ])
    assert.match(
      await fixture.failure('DESCRIBE described PARTITION (p = 7)'),
      /Partition not found/,
    )
  })

  it('prints what makes the same table', async () => {
    const shown = (await names('SHOW CREATE TABLE described')).join('\n')
    assert.match(shown, /CLUSTERED BY \(\n`id`\)\nSORTED BY \(\n`id` DESC\)\nINTO 8 BUCKETS/)
    await fixture.run(shown.replace('`shop.described`', '`shop.again`'))
    assert.equal(
      (await names('SHOW CREATE TABLE again')).join('\n'),
      shown.replace('`shop.described`', '`shop.again`'),
    )
    assert.match(await fixture.failure('INSERT INTO again VALUES (1, null, null, 2)'), /bucketed/)
  })

  it('takes views, whose text SHOW CREATE VIEW has', async () => {
    await fixture.run('CREATE VIEW seen AS SELECT id, p FROM described')
    assert.deepEqual((await cells('DESCRIBE seen')).slice(0, 2), [
      ['id', 'int', ''],
      ['p', 'int', ''],
    ])
    assert.deepEqual(await names('SHOW CREATE VIEW seen'), [
      'CREATE VIEW shop.seen AS',
      'SELECT id, p FROM described',
    ])
    assert.match(await fixture.failure('SHOW CREATE VIEW described'), /is a table, not a view/)
    assert.ok((await cells('DESC FORMATTED seen')).some(([name]) => name === '# View Information'))
  })
})

describe('SHOW', () => {
  before(async () => {
    await fixture.run('CREATE DATABASE patterns')
    for (const name of ['flights_2016', 'flights_parquet', 'view_2016_flights', 'elb_logs']) {
      await fixture.run(`CREATE EXTERNAL TABLE patterns.${name} (a int) LOCATION 's3://data/x/'`)
    }
    await fixture.run('CREATE VIEW patterns.orders_view AS SELECT a FROM patterns.elb_logs')
  })

  const patterns: readonly (readonly [string, readonly string[]])[] = [
    ["'*flights*'", ['flights_2016', 'flights_parquet', 'view_2016_flights']],
    ["'.*flights.*'", ['flights_2016', 'flights_parquet', 'view_2016_flights']],
    ["'*logs'", ['elb_logs']],
    ["LIKE 'flights_....'", ['flights_2016']],
    ["'elb*|view*'", ['elb_logs', 'view_2016_flights']],
    ["'[e-f]*'", ['elb_logs', 'flights_2016', 'flights_parquet']],
    ["'ELB_LOGS'", ['elb_logs']],
    ["'nothing'", []],
  ]
  for (const [pattern, found] of patterns) {
    it(`TABLES IN patterns ${pattern}`, async () => {
      assert.deepEqual(await names(`SHOW TABLES IN patterns ${pattern}`), found)
    })
  }

  it('refuses signs that it would not understand', async () => {
    assert.match(
      await fixture.failure("SHOW TABLES IN patterns '(a+)+'"),
      /not supported in a pattern/,
    )
  })

  it('lists databases, views and properties', async () => {
    assert.deepEqual(await names("SHOW SCHEMAS LIKE '.*tterns'"), ['patterns'])
    assert.deepEqual(await names("SHOW DATABASES LIKE 'p*'"), ['patterns'])
    assert.deepEqual(await names("SHOW VIEWS IN patterns LIKE 'orders*'"), ['orders_view'])
    assert.deepEqual(await names("SHOW VIEWS IN patterns LIKE 'elb*'"), [])
    assert.deepEqual(await names('SHOW COLUMNS IN elb_logs FROM patterns'), ['a'])
    assert.match(
      (await names("SHOW TBLPROPERTIES patterns.elb_logs('none')"))[0]!,
      /does not have property: none/,
    )
  })
})

describe('ALTER', () => {
  it('DATABASE SET DBPROPERTIES', async () => {
    await fixture.run("CREATE DATABASE owned WITH DBPROPERTIES ('creator'='Jane', 'dept'='x')")
    await fixture.run("ALTER DATABASE owned SET DBPROPERTIES ('creator'='Joe', 'more'='y')")
    const glue = fixture.lake.client(GlueClient)
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'owned' }))
    assert.deepEqual(Database!.Parameters, { creator: 'Joe', dept: 'x', more: 'y' })
    const missing = await fixture.failure("ALTER SCHEMA nowhere SET DBPROPERTIES ('a'='b')")
    assert.match(missing, /Database does not exist: nowhere/)
  })

  it('TABLE CHANGE COLUMN renames, moves and comments, and leaves the files', async () => {
    await fixture.run(
      "CREATE EXTERNAL TABLE moved (a int, b string, c double) LOCATION 's3://data/moved/'",
    )
    await fixture.run("ALTER TABLE moved CHANGE COLUMN b text string COMMENT 'words' FIRST")
    assert.deepEqual(await cells('DESCRIBE moved'), [
      ['text', 'string', 'words'],
      ['a', 'int', ''],
      ['c', 'double', ''],
    ])
    await fixture.run('ALTER TABLE moved CHANGE text text varchar(9) AFTER c')
    assert.deepEqual(await names('SHOW COLUMNS IN moved'), ['a', 'c', 'text'])
    assert.match(
      await fixture.failure('ALTER TABLE moved CHANGE nope x int'),
      /Invalid column reference nope/,
    )
    assert.match(
      await fixture.failure('ALTER TABLE moved CHANGE a c int'),
      /Duplicate column name: c/,
    )
  })

  it('TABLE PARTITION: columns, and other values', async () => {
    await fixture.run(
      "CREATE EXTERNAL TABLE parted (a int) PARTITIONED BY (dt string, country string) LOCATION 's3://data/parted/'",
    )
    await fixture.run("ALTER TABLE parted ADD PARTITION (dt='2014-05-14', country='IN')")
    await fixture.put('parted/dt=2014-05-14/country=IN/f', '7\n')
    await fixture.run(
      "ALTER TABLE parted PARTITION (dt='2014-05-14', country='IN') RENAME TO PARTITION (dt='2014-05-15', country='IN')",
    )
    assert.deepEqual(await names('SHOW PARTITIONS parted'), ['dt=2014-05-15/country=IN'])
    assert.deepEqual(await fixture.run('SELECT * FROM parted'), [['7', '2014-05-15', 'IN']])
    await fixture.run(
      "ALTER TABLE parted PARTITION (dt='2014-05-15', country='IN') ADD COLUMNS (b int)",
    )
    const described = await cells("DESCRIBE parted PARTITION (dt='2014-05-15', country='IN')")
    assert.deepEqual(
      described.slice(0, 2).map(([name]) => name),
      ['a', 'b'],
    )
    assert.deepEqual((await cells('DESCRIBE parted'))[1]![0], 'dt')
    const twice =
      "ALTER TABLE parted PARTITION (dt='2014-05-15', country='IN') REPLACE COLUMNS (dt int)"
    assert.match(await fixture.failure(twice), /Duplicate column name: dt/)
  })
})

describe('prepared statements', () => {
  it('write as well as they ask', async () => {
    await fixture.run(
      "CREATE EXTERNAL TABLE kept (a int, b string) STORED AS PARQUET LOCATION 's3://data/kept/'",
    )
    await fixture.run('PREPARE keep FROM INSERT INTO kept VALUES (?, ?)')
    const id = await fixture.start("EXECUTE keep USING 1, 'it''s, one'")
    const { SubstatementType, StatementType, ResultConfiguration, Statistics } =
      await fixture.ended(id)
    assert.deepEqual([StatementType, SubstatementType], ['DML', 'INSERT'])
    assert.equal(ResultConfiguration!.OutputLocation, `s3://results/out/${id}`)
    assert.equal(Statistics!.DataManifestLocation, `s3://results/out/${id}-manifest.csv`)
    assert.deepEqual(await fixture.run('SELECT * FROM kept'), [['1', "it's, one"]])
    await fixture.run(
      "PREPARE copy FROM UNLOAD (SELECT * FROM kept WHERE a = ?) TO 's3://data/copied/' WITH (format = 'JSON')",
    )
    await fixture.run('EXECUTE copy', { ExecutionParameters: ['1'] })
    await assert.rejects(
      fixture.start('PREPARE bad FROM DROP TABLE kept'),
      /Only queries and INSERT/,
    )
  })

  it('EXECUTE IMMEDIATE needs no name', async () => {
    assert.deepEqual(
      await fixture.run(
        "EXECUTE IMMEDIATE 'SELECT a, ''x'' || ? FROM (VALUES 1, 2) AS t(a) WHERE a < ?' USING 'y', 2",
      ),
      [['1', 'xy']],
    )
    assert.deepEqual(await fixture.run("EXECUTE IMMEDIATE 'SELECT 1'"), [['1']])
    await assert.rejects(
      fixture.start("EXECUTE IMMEDIATE 'DROP TABLE kept'"),
      /Only queries and INSERT/,
    )
    await assert.rejects(fixture.start("EXECUTE IMMEDIATE 'SELECT ?'"), /expected 1 but found 0/)
    await assert.rejects(
      fixture.start("EXECUTE IMMEDIATE 'SELECT 1; SELECT 2'"),
      /mismatched input/,
    )
  })
})

describe('EXPLAIN of what writes', () => {
  it('plans it, and writes nothing', async () => {
    await fixture.run(
      "CREATE EXTERNAL TABLE aim (a int) STORED AS PARQUET LOCATION 's3://data/aim/'",
    )
    const plan = (await names('EXPLAIN INSERT INTO aim SELECT 1')).join('\n')
    assert.match(plan, /Output\[columnNames = \[rows\]\][^]*TableCommit[^]*TableWriter[^]*Values/)
    assert.deepEqual(await fixture.run('SELECT count(*) FROM aim'), [['0']])
    assert.match(
      (await names('EXPLAIN CREATE TABLE made AS SELECT 1 AS a')).join('\n'),
      /TableWriter/,
    )
    assert.match(await fixture.failure('SELECT * FROM made'), /made/)
    const unload =
      "EXPLAIN (TYPE VALIDATE) UNLOAD (SELECT 1 AS a) TO 's3://data/un/' WITH (format='JSON')"
    assert.deepEqual(await names(unload), ['true'])
    assert.match(await fixture.failure('EXPLAIN INSERT INTO nowhere SELECT 1'), /nowhere/)
    assert.match(await fixture.failure("EXPLAIN INSERT INTO aim SELECT 'x'"), /type/i)
    const io = JSON.parse((await names('EXPLAIN (TYPE IO) INSERT INTO aim SELECT 1')).join('\n'))
    assert.deepEqual(io.outputTable.schemaTable, { schema: 'shop', table: 'aim' })
  })

  // https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html: ANALYZE takes SELECT, CREATE TABLE AS, INSERT and UNLOAD.
  it('with ANALYZE runs it, and tells the plan with its figures', async () => {
    await fixture.run(
      "CREATE EXTERNAL TABLE goal (a int) STORED AS PARQUET LOCATION 's3://data/goal/'",
    )
    const plan = (
      await names('EXPLAIN ANALYZE INSERT INTO goal SELECT a FROM (VALUES 1, 2) AS t(a)')
    ).join('\n')
    assert.match(plan, /TableCommit[^]*TableWriter[^]*Values/)
    assert.match(plan, /Output: 2 rows/)
    assert.deepEqual(await fixture.run('SELECT * FROM goal ORDER BY a'), [['1'], ['2']])
    await fixture.run('EXPLAIN ANALYZE CREATE TABLE scored AS SELECT a * 2 AS b FROM goal')
    assert.deepEqual(await fixture.run('SELECT sum(b) FROM scored'), [['6']])
    const again = 'EXPLAIN ANALYZE CREATE TABLE IF NOT EXISTS scored AS SELECT 1 AS b'
    assert.match((await names(again)).join('\n'), /TableWriter/)
    assert.deepEqual(await fixture.run('SELECT sum(b) FROM scored'), [['6']])
    await fixture.run(
      "EXPLAIN ANALYZE UNLOAD (SELECT 1 AS a) TO 's3://data/unloaded/' WITH (format = 'JSON')",
    )
    assert.match(
      await fixture.failure(
        "UNLOAD (SELECT 1 AS a) TO 's3://data/unloaded/' WITH (format = 'JSON')",
      ),
      /already exists/,
    )
    assert.match(
      await fixture.failure("EXPLAIN ANALYZE INSERT INTO goal SELECT CAST('x' AS integer)"),
      /INVALID_CAST_ARGUMENT/,
    )
    assert.deepEqual(await fixture.run('SELECT count(*) FROM goal'), [['2']])
  })

  it('plans what changes rows, and changes none', async () => {
    await fixture.run(
      "CREATE TABLE ice (id int, v int) LOCATION 's3://data/ice/' TBLPROPERTIES ('table_type'='ICEBERG')",
    )
    await fixture.run('EXPLAIN ANALYZE INSERT INTO ice VALUES (1, 1), (2, 2)')
    for (const change of [
      'DELETE FROM ice WHERE id = 1',
      'UPDATE ice SET v = v + 1 WHERE id = 1',
      `MERGE INTO ice USING (VALUES (1, 5)) AS s(id, v) ON ice.id = s.id
       WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)`,
    ]) {
      const plan = (await names(`EXPLAIN ${change}`)).join('\n')
      assert.match(plan, /Output\[columnNames = \[rows\]\][^]*TableCommit[^]*MergeWriter/, change)
      assert.match(plan, /Source: awsdatacatalog\.shop\.ice, 1 files/)
      assert.deepEqual(await names(`EXPLAIN (TYPE VALIDATE) ${change}`), ['true'])
      assert.match((await names(`EXPLAIN (TYPE LOGICAL) ${change}`)).join('\n'), /^Output\[/)
      assert.match((await names(`EXPLAIN (FORMAT GRAPHVIZ) ${change}`)).join('\n'), /^digraph/)
      JSON.parse((await names(`EXPLAIN (TYPE LOGICAL, FORMAT JSON) ${change}`)).join('\n'))
      const io = JSON.parse((await names(`EXPLAIN (TYPE IO) ${change}`)).join('\n'))
      assert.deepEqual(io.outputTable.schemaTable, { schema: 'shop', table: 'ice' })
      await assert.rejects(
        fixture.start(`EXPLAIN ANALYZE ${change}`),
        /EXPLAIN ANALYZE is supported for/,
      )
    }
    assert.deepEqual(await fixture.run('SELECT * FROM ice ORDER BY id'), [
      ['1', '1'],
      ['2', '2'],
    ])
    assert.match(
      await fixture.failure('EXPLAIN DELETE FROM aim'),
      /NOT_SUPPORTED: line 1:1: Modifying Hive table rows is not supported/,
    )
    assert.match(await fixture.failure('EXPLAIN UPDATE ice SET nothing = 1'), /nothing/)
    await assert.rejects(fixture.start('EXPLAIN DROP TABLE ice'), /EXPLAIN is supported for/)
  })
})

// https://trino.io/docs/current/functions/session.html
describe('Words of the session', () => {
  it('name the database of the request, and within a view that of the view', async () => {
    await fixture.run('CREATE DATABASE other')
    await fixture.run('CREATE VIEW here AS SELECT current_schema AS place')
    const sql = 'SELECT current_catalog, current_schema, place FROM shop.here'
    const there = { QueryExecutionContext: { Database: 'Other' } }
    assert.deepEqual(await fixture.run(sql), [['awsdatacatalog', 'shop', 'shop']])
    assert.deepEqual(await fixture.run(sql, there), [['awsdatacatalog', 'other', 'shop']])
    const nowhere = { QueryExecutionContext: {} }
    assert.deepEqual(await fixture.run('SELECT current_schema', nowhere), [['default']])
  })
})

// https://docs.aws.amazon.com/athena/latest/ug/data-types.html
describe('columns that no query could read', () => {
  before(() => fixture.run("CREATE EXTERNAL TABLE sound (a int) LOCATION 's3://data/sound/'"))
  const wrong: readonly (readonly [columns: string, reason: RegExp])[] = [
    ['a nope', /^FAILED: ParseException: .*'nope'/],
    ['a array<struct<x:decimal(3,5)>>', /scale must be less than or equal to precision/],
    ['a decimal(39,2)', /precision out of allowed range \[1,38\]/],
    ['a char(256)', /Char length 256 out of allowed range/],
    ['a map<string,varchar(65536)>', /Varchar length 65536 out of allowed range/],
    ['a int, A string', /Duplicate column name: a/],
  ]
  for (const [columns, reason] of wrong) {
    it(`refuses (${columns})`, async () => {
      const table = `CREATE EXTERNAL TABLE wrong (${columns}) LOCATION 's3://data/wrong/'`
      assert.match(await fixture.failure(table), reason)
      assert.match(await fixture.failure(`ALTER TABLE sound REPLACE COLUMNS (${columns})`), reason)
    })
  }

  it('refuses a key that is a column too', async () => {
    const sql =
      "CREATE EXTERNAL TABLE wrong (a int) PARTITIONED BY (A int) LOCATION 's3://data/wrong/'"
    assert.match(await fixture.failure(sql), /Column repeated in partitioning columns/)
  })
})

// https://docs.aws.amazon.com/athena/latest/ug/unsupported-ddl.html,
// https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html and what Trino has beside.
describe('What Athena does not have', () => {
  const refused = `ALTER INDEX i ON t REBUILD; CREATE INDEX i ON TABLE t (a); DROP INDEX i ON t; SHOW INDEXES ON t;
    CREATE ROLE r; DROP ROLE r; GRANT ROLE r TO u; REVOKE ROLE r FROM u; SHOW CURRENT ROLES; SHOW ROLES; SHOW ROLE GRANTS;
    SHOW ROLE GRANT USER u; SHOW GRANT; SHOW GRANTS; SHOW PRINCIPALS r; CREATE TABLE u LIKE t; CREATE TEMPORARY MACRO m(x int) x + 1;
    DROP TEMPORARY MACRO m; DESCRIBE DATABASE shop; DESCRIBE INPUT p; DESCRIBE OUTPUT p; DFS -ls /; EXPORT TABLE t TO 'x';
    IMPORT TABLE t FROM 'x'; LOCK TABLE t SHARED; LOCK DATABASE shop SHARED; UNLOCK TABLE t; UNLOCK DATABASE shop; SHOW LOCKS t;
    SHOW COMPACTIONS; SHOW TRANSACTIONS; START TRANSACTION; COMMIT; ROLLBACK; SHOW FUNCTIONS; SHOW CATALOGS; SHOW SESSION;
    SHOW STATS FOR t; SHOW CREATE SCHEMA shop; SET SESSION a = 1; RESET SESSION a; USE shop; CALL system.runtime.kill_query('x');
    GRANT SELECT ON t TO u; REVOKE SELECT ON t FROM u; DENY SELECT ON t TO u; COMMENT ON TABLE t IS 'x'; TRUNCATE TABLE t;
    CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW v; CREATE FUNCTION f() RETURNS int RETURN 1;
    DROP FUNCTION f; ANALYZE t; ALTER TABLE t TOUCH; ALTER TABLE t CLUSTERED BY (a) INTO 2 BUCKETS;
    USING EXTERNAL FUNCTION f(x int) RETURNS int LAMBDA 'f' SELECT f(1)`
  for (const sql of refused.split(/;\s*/)) {
    it(`refuses ${sql} when it is sent`, async () => {
      const error = await fixture.start(sql).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      )
      assert.equal(error?.name, 'InvalidRequestException', error?.message)
      assert.match(error!.message, /not supported|mismatched input/)
    })
  }
})
