import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { peopleSchema, restClient } from './iceberg-client.ts'

// What Trino makes is made here as it makes it; test/clients/test_trino.py has Trino itself.
let lake: AthenaLake
const inside = { QueryExecutionContext: { Database: 'd' } }
before(async () => {
  lake = await startAthenaLake()
  await lake.run("CREATE DATABASE d LOCATION 's3://data/d/'")
})
after(() => lake.lake.stop())

const makeView = (
  name: string,
  representations: readonly { readonly sql: string; readonly dialect: string }[],
) =>
  restClient(lake.lake)('POST', '/v1/namespaces/d/views', {
    name,
    schema: peopleSchema,
    'view-version': {
      'version-id': 1,
      'timestamp-ms': 1_700_000_000_000,
      'schema-id': 0,
      summary: {},
      representations: representations.map((one) => ({ type: 'sql', ...one })),
      'default-catalog': 'mine',
      'default-namespace': ['d'],
    },
    properties: {},
  })

// https://iceberg.apache.org/view-spec/#view-metadata
test('a view of Iceberg is read by its SQL in the dialect of Trino, under the name of its own catalog', async () => {
  await makeView('both', [
    { dialect: 'spark', sql: 'SELECT `no such thing`' },
    { dialect: 'trino', sql: "SELECT * FROM (VALUES (BIGINT '1', 'a')) AS t (id, name)" },
  ])
  await makeView('upon', [{ dialect: 'trino', sql: 'SELECT id, upper(name) n FROM mine.d.both' }])
  assert.deepEqual(await lake.run('SELECT * FROM d.upon'), [['1', 'A']])
  await makeView('foreign', [{ dialect: 'trino', sql: 'SELECT id, name FROM theirs.d.both' }])
  assert.match(await lake.failure('SELECT * FROM d.foreign'), /Catalog 'theirs' does not exist/)
  await makeView('spark', [{ dialect: 'spark', sql: 'SELECT 1 AS id, "x" AS name' }])
  assert.match(await lake.failure('SELECT * FROM d.spark'), /not written in the SQL of Athena/)
})

test('what a SerDe asks may stand among the parameters of the table', async () => {
  const glue = lake.lake.client(GlueClient)
  const make = (Name: string, library: string, Parameters: Record<string, string>) =>
    glue.send(
      new CreateTableCommand({
        DatabaseName: 'd',
        TableInput: {
          Name,
          TableType: 'EXTERNAL_TABLE',
          Parameters,
          StorageDescriptor: {
            Location: `s3://data/d/${Name}/`,
            Columns: [
              { Name: 'id', Type: 'string' },
              { Name: 'word', Type: 'string' },
            ],
            InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
            OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
            SerdeInfo: { SerializationLibrary: library },
          },
        },
      }),
    )
  await make('text', 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', { 'field.delim': '|' })
  await lake.put('d/text/a', '1|a,b\n')
  await lake.run("INSERT INTO text VALUES ('2', 'c')", inside)
  assert.deepEqual(await lake.run('SELECT * FROM text ORDER BY id', inside), [
    ['1', 'a,b'],
    ['2', 'c'],
  ])
  await make('csv', 'org.apache.hadoop.hive.serde2.OpenCSVSerde', { separatorChar: ';' })
  await lake.put('d/csv/a', '"1";"a,b"\n')
  assert.deepEqual(await lake.run('SELECT * FROM csv', inside), [['1', 'a,b']])
})
