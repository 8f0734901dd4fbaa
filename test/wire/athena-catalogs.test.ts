import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDataCatalogCommand,
  DeleteDataCatalogCommand,
  GetDataCatalogCommand,
  ListDataCatalogsCommand,
  ListDatabasesCommand,
  ListTagsForResourceCommand,
  UpdateDataCatalogCommand,
} from '@aws-sdk/client-athena'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let lake: AthenaLake
before(async () => {
  lake = await startAthenaLake()
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const refused = (message: RegExp) => (error: Error) => {
  assert.equal(error.name, 'InvalidRequestException', error.message)
  assert.match(error.message, message)
  return true
}

// https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateDataCatalog.html
test('another name of the catalog is made, used, changed and removed', async () => {
  const { athena, lake: server } = lake
  const own = {
    Name: 'Mine',
    Type: 'GLUE' as const,
    Parameters: { 'catalog-id': server.accountId },
  }
  const Tags = [{ Key: 'team', Value: 'data' }]
  await athena.send(new CreateDataCatalogCommand({ ...own, Description: 'ours', Tags }))
  for (const Name of ['Mine', 'mine', 'AwsDataCatalog']) {
    await assert.rejects(
      athena.send(new CreateDataCatalogCommand({ ...own, Name })),
      refused(/already exists/),
    )
  }
  const get = async () =>
    (await athena.send(new GetDataCatalogCommand({ Name: 'Mine' }))).DataCatalog!
  const made = { ...own, Description: 'ours', Status: 'CREATE_COMPLETE' }
  assert.deepEqual({ ...(await get()) }, made)
  const ResourceARN = `arn:aws:athena:us-east-1:${server.accountId}:datacatalog/Mine`
  const tags = await athena.send(new ListTagsForResourceCommand({ ResourceARN }))
  assert.deepEqual(tags.Tags, Tags)
  const { DataCatalogsSummary } = await athena.send(new ListDataCatalogsCommand({}))
  assert.deepEqual(
    DataCatalogsSummary!.map((each) => each.CatalogName),
    ['AwsDataCatalog', 'Mine'],
  )

  await lake.run(
    "CREATE TABLE mine.shop.t WITH (external_location = 's3://data/t/') AS SELECT 1 AS n",
  )
  assert.deepEqual(await lake.run('SELECT n FROM "Mine".shop.t'), [['1']])
  const QueryExecutionContext = { Catalog: 'Mine', Database: 'shop' }
  assert.deepEqual(await lake.run('SELECT n FROM t', { QueryExecutionContext }), [['1']])
  assert.match(
    await lake.failure('SELECT * FROM mine.information_schema.tables'),
    /Catalog 'mine' does not exist/,
  )
  const listed = await athena.send(new ListDatabasesCommand({ CatalogName: 'Mine' }))
  assert.ok(listed.DatabaseList!.some((each) => each.Name === 'shop'))

  await athena.send(new UpdateDataCatalogCommand({ ...own, Description: 'changed' }))
  assert.equal((await get()).Description, 'changed')
  await athena.send(new DeleteDataCatalogCommand({ Name: 'Mine' }))
  await assert.rejects(get(), refused(/DataCatalog Mine was not found/))
  assert.match(await lake.failure('SELECT n FROM mine.shop.t'), /Catalog 'mine' does not exist/)
  assert.deepEqual(await lake.run('SELECT n FROM t'), [['1']])
})

test('catalogs that are not ours are refused', async () => {
  const create = (Type: 'LAMBDA' | 'HIVE' | 'FEDERATED' | 'GLUE', id?: string) =>
    lake.athena.send(
      new CreateDataCatalogCommand({
        Name: 'other',
        Type,
        Parameters: id === undefined ? undefined : { 'catalog-id': id },
      }),
    )
  for (const type of ['LAMBDA', 'HIVE', 'FEDERATED'] as const) {
    await assert.rejects(create(type), refused(new RegExp(`type ${type} are not supported`)))
  }
  await assert.rejects(create('GLUE'), refused(/catalog-id/))
  await assert.rejects(create('GLUE', '999999999999'), refused(/account 999999999999/))
  await assert.rejects(
    lake.athena.send(new DeleteDataCatalogCommand({ Name: 'AwsDataCatalog' })),
    refused(/AwsDataCatalog cannot be changed/),
  )
})
