import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isLakeError } from '#kit'
import { parseDdl } from './parser.ts'

const table = (database: string | undefined, name: string) => ({ database, table: name })

describe('Hive DDL, as https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html has it', () => {
  it('CREATE EXTERNAL TABLE with everything', () => {
    const statement = parseDdl(`-- a comment
      CREATE EXTERNAL TABLE IF NOT EXISTS \`shop\`.\`Orders\` (
        \`id\` INT COMMENT 'the "key"', price DECIMAL(10, 2),
        items ARRAY<STRUCT<Name: STRING COMMENT 'x', qty:INT>>, extra MAP<STRING, ARRAY<INT>>
      )
      COMMENT "it's a table"
      PARTITIONED BY (dt string, hour int)
      CLUSTERED BY (id) INTO 4 BUCKETS
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
      WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true', 'a'='\\t')
      STORED AS INPUTFORMAT 'in' OUTPUTFORMAT 'out'
      LOCATION 's3://b/orders/'
      TBLPROPERTIES ('classification'='json');`)
    assert.deepEqual(statement, {
      kind: 'createTable',
      name: table('shop', 'orders'),
      ifNotExists: true,
      columns: [
        { name: 'id', type: 'int', comment: 'the "key"' },
        { name: 'price', type: 'decimal(10,2)', comment: undefined },
        { name: 'items', type: 'array<struct<name:string,qty:int>>', comment: undefined },
        { name: 'extra', type: 'map<string,array<int>>', comment: undefined },
      ],
      partitionKeys: [
        { name: 'dt', type: 'string', comment: undefined },
        { name: 'hour', type: 'int', comment: undefined },
      ],
      comment: "it's a table",
      format: {
        serde: 'org.openx.data.jsonserde.JsonSerDe',
        serdeProperties: { 'ignore.malformed.json': 'true', a: '\t' },
        inputFormat: 'in',
        outputFormat: 'out',
        storedAs: undefined,
      },
      buckets: { columns: ['id'], sorted: [], count: 4 },
      location: 's3://b/orders/',
      properties: { classification: 'json' },
    })
  })

  it('ROW FORMAT DELIMITED', () => {
    const statement = parseDdl(`CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED
      FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY ','
      MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\\n' NULL DEFINED AS ''
      STORED AS TEXTFILE LOCATION 's3://b/t'`)
    assert.ok(statement.kind === 'createTable')
    assert.deepEqual(statement.format.serdeProperties, {
      'field.delim': '\t',
      'serialization.format': '\t',
      'escape.delim': '\\',
      'collection.delim': ',',
      'mapkey.delim': ':',
      'line.delim': '\n',
      'serialization.null.format': '',
    })
    assert.equal(statement.format.storedAs, 'TEXTFILE')
  })

  it('partitions, several in one statement', () => {
    const statement = parseDdl(`ALTER TABLE t ADD IF NOT EXISTS
      PARTITION (dt='2024-01-01', hour=1) LOCATION 's3://b/1/' PARTITION (dt='2024-01-02', hour=-2)`)
    assert.deepEqual(statement, {
      kind: 'addPartitions',
      name: table(undefined, 't'),
      ifNotExists: true,
      partitions: [
        {
          spec: [
            { key: 'dt', operator: '=', value: '2024-01-01' },
            { key: 'hour', operator: '=', value: '1' },
          ],
          location: 's3://b/1/',
        },
        {
          spec: [
            { key: 'dt', operator: '=', value: '2024-01-02' },
            { key: 'hour', operator: '=', value: '-2' },
          ],
          location: undefined,
        },
      ],
    })
    const drop = parseDdl("ALTER TABLE t DROP PARTITION (dt < '2024'), PARTITION (dt='x')")
    assert.ok(drop.kind === 'dropPartitions')
    assert.equal(drop.specs.length, 2)
  })

  const kinds: readonly (readonly [string, string])[] = [
    [
      "CREATE DATABASE IF NOT EXISTS d COMMENT 'c' LOCATION 's3://b/' WITH DBPROPERTIES ('a'='b')",
      'createDatabase',
    ],
    ['CREATE SCHEMA d', 'createDatabase'],
    ['DROP DATABASE IF EXISTS d CASCADE', 'dropDatabase'],
    ['DROP TABLE IF EXISTS `my-table`', 'dropTable'],
    ['DROP VIEW "v"', 'dropView'],
    ['ALTER TABLE t ADD COLUMNS (b struct<a:int>)', 'addColumns'],
    ['ALTER TABLE t REPLACE COLUMNS (b int)', 'replaceColumns'],
    ["ALTER TABLE t SET TBLPROPERTIES ('a'='b')", 'setProperties'],
    ["ALTER TABLE t PARTITION (dt='1') SET LOCATION 's3://b/'", 'setLocation'],
    ['MSCK REPAIR TABLE `d.t`', 'repair'],
    ["SHOW SCHEMAS LIKE 'a*|b'", 'showDatabases'],
    ["SHOW TABLES IN d 'a*'", 'showTables'],
    ['SHOW VIEWS IN d', 'showViews'],
    ['SHOW PARTITIONS d.t', 'showPartitions'],
    ['SHOW COLUMNS FROM t IN d', 'showColumns'],
    ['SHOW CREATE TABLE t', 'showCreateTable'],
    ["SHOW TBLPROPERTIES t('k')", 'showProperties'],
    ['DESCRIBE FORMATTED d.t', 'describe'],
    ['desc t', 'describe'],
    ["DESCRIBE FORMATTED d.t PARTITION (p = 100) a.'$elem$'.b;", 'describe'],
    ["ALTER SCHEMA d SET DBPROPERTIES ('a'='b')", 'setDatabaseProperties'],
    ["ALTER TABLE t PARTITION (p='1') ADD COLUMNS (b int)", 'addColumns'],
    ['ALTER TABLE t PARTITION (p=-1.5) REPLACE COLUMNS (b int)', 'replaceColumns'],
    [
      "ALTER TABLE t PARTITION (p=DATE '2024-01-01') RENAME TO PARTITION (p='2')",
      'renamePartition',
    ],
    ["ALTER TABLE t CHANGE COLUMN a b bigint COMMENT 'c' AFTER d", 'changeColumn'],
    ['CREATE OR REPLACE VIEW v AS SELECT 1 AS a', 'createView'],
  ]
  for (const [sql, kind] of kinds) {
    it(sql, () => assert.equal(parseDdl(sql).kind, kind))
  }

  const faults: readonly (readonly [string, RegExp])[] = [
    ['CREATE EXTERNAL TABLE t (a int', /^line 1:31: mismatched input '<EOF>'/],
    ['CREATE EXTERNAL TABLE t (a int)) LOCATION', /^line 1:32: mismatched input '\)'/],
    ["ALTER TABLE t ADD PARTITION dt='1'", /^line 1:29: mismatched input 'dt'. Expecting: '\('/],
    ['DROP DATABASE a; DROP DATABASE b', /^line 1:18: mismatched input 'DROP'. Expecting: <EOF>/],
    ["SHOW TABLES LIKE 'a", /never closed/],
    ['CREATE TABLE t (a int)', /Expecting: 'EXTERNAL'/],
    ['CREATE PROTECTED MULTI DIALECT VIEW v AS SELECT 1', /several dialects/],
    ['ALTER VIEW v ADD DIALECT AS SELECT 1', /several dialects/],
    ['ALTER TABLE t SET SERDEPROPERTIES (1)', /SET SERDEPROPERTIES is not supported/],
    ['ALTER TABLE t PARTITION (p=1) CONCATENATE', /CONCATENATE is not supported/],
    ['SHOW FUNCTIONS', /Queries of this type are not supported: SHOW FUNCTIONS/],
    ['SHOW LOCKS t', /Queries of this type are not supported: SHOW LOCKS/],
    ['DESCRIBE DATABASE d', /Expecting: <table>/],
  ]
  for (const [sql, message] of faults) {
    it(`refuses ${sql}`, () => {
      assert.throws(
        () => parseDdl(sql),
        (error) => isLakeError(error, 'SyntaxError') && message.test(error.message),
      )
    })
  }

  it('takes no longer per token in a long statement', () => {
    const partitions = Array.from({ length: 6000 }, (_, n) => `PARTITION (p='${n}')\n`)
    const statement = parseDdl(`ALTER TABLE t ADD ${partitions.join('')}`)
    assert.ok(statement.kind === 'addPartitions')
    assert.equal(statement.partitions.length, 6000)
    assert.throws(() => parseDdl(`ALTER TABLE t ADD ${partitions.join('')} oops`), /line 6001:2/)
  })
})
