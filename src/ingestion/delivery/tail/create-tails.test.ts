import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, inLake, scope, settings } from '../delivery-lake.fixture.ts'

const table = { ...scope, database: 'd', table: 't', bucket: 'delivered', prefix: 'p/' }
const ref = { ...scope, name: 'd' }
const { signal } = new AbortController()

test('queries go on without what a stream held that is deleted before its delivery stream', async () => {
  await inLake({}, async ({ streams, delivery }) => {
    const stream = { name: 'source' }
    const { arn } = await streams.create(scope, { ...stream, mode: 'PROVISIONED', shardCount: 1 })
    const source = { kind: 'stream', stream: arn, roleArn: '' } as const
    await delivery.create(ref, { ...bare, source, settings: settings(60_000) })
    await streams.put(scope, stream, [{ partitionKey: 'a', data: Buffer.from('x') }])
    {
      await using cut = await delivery.tails.cut([table])
      assert.equal((await cut!.read(signal)).objects.length, 1)
    }
    await streams.remove(scope, stream, { withConsumers: false })
    assert.equal(await delivery.tails.cut([table]), undefined)
    await delivery.tails.flush([table], signal)
  })
})

test('queries go on without what is to be converted by a table that is dropped', async () => {
  await inLake({}, async ({ metastore, delivery }) => {
    const schema = { ...scope, database: 'd', table: 'schema' }
    await metastore.createDatabase(scope, { name: 'd' })
    const input = { name: 'schema', storage: { columns: [{ name: 'n', type: 'int' }] } }
    await metastore.createTable({ ...scope, database: 'd' }, input, 'test')
    const { target } = settings(60_000)
    const conversion = {
      database: 'd',
      table: 'schema',
      region: scope.region,
      roleArn: '',
      catalogId: undefined,
      versionId: 'LATEST',
      reader: {
        kind: 'openx',
        caseInsensitive: true,
        dotsToUnderscores: false,
        mappings: {},
      },
      parquet: { compression: 'SNAPPY', version: 'V1' },
    } as const
    const converted = { target: { ...target, conversion } }
    await delivery.create(ref, { ...bare, source: { kind: 'direct' }, settings: converted })
    await delivery.put(ref, [Buffer.from('{"n":1}')])
    const objects = async () => {
      await using cut = await delivery.tails.cut([table])
      return (await cut!.read(signal)).objects.length
    }
    assert.equal(await objects(), 1)
    await metastore.deleteTable(schema)
    assert.equal(await objects(), 0)
  })
})
