import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { GetTableCommand, GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { poll } from '#test/harness'
import { peopleSchema, refusal, startCatalog } from './iceberg-client.ts'

const { lake, rest, s3, createTable } = await startCatalog({ comment: 'tables' })
after(() => lake.stop())

/** The protocol: https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml */
describe('iceberg rest', () => {
  it('leaves a bucket that is called iceberg to S3', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'iceberg' }))
    const key = { Bucket: 'iceberg', Key: 'v1/config' }
    await s3.send(new PutObjectCommand({ ...key, Body: 'mine' }))
    const { Body } = await s3.send(new GetObjectCommand(key))
    assert.equal(await Body!.transformToString(), 'mine')
    assert.equal((await rest('GET', '/v1/config')).status, 200)
  })

  it('answers what it does not know with the envelope', async () => {
    assert.deepEqual(refusal(await rest('GET', '/v1/nothing/here')), [
      404,
      'NoSuchEndpointException',
    ])
    assert.deepEqual(refusal(await rest('DELETE', '/v1/namespaces')), [
      405,
      'UnsupportedOperationException',
    ])
    assert.deepEqual(refusal(await rest('GET', '/v1/namespaces/db/functions')), [
      406,
      'UnsupportedOperationException',
    ])
  })

  it('refuses bodies that are no requests', async () => {
    const bad = [400, 'BadRequestException']
    assert.deepEqual(refusal(await rest('POST', '/v1/namespaces', [1])), bad)
    assert.deepEqual(refusal(await rest('POST', '/v1/namespaces')), bad)
    assert.deepEqual(refusal(await rest('POST', '/v1/namespaces', { namespace: 'x' })), bad)
    assert.deepEqual(
      refusal(await rest('POST', '/v1/namespaces', { namespace: ['x'], properties: { a: 1 } })),
      bad,
    )
    assert.deepEqual(refusal(await rest('POST', '/v1/namespaces', { namespace: ['a', 'b'] })), bad)
    assert.deepEqual(refusal(await createTable('t', { schema: { type: 'struct' } })), bad)
    assert.deepEqual(refusal(await createTable('t', { location: 'file:///etc' })), bad)
    assert.deepEqual(refusal(await createTable('t', { location: 's3://not-there/x' })), bad)
    assert.equal((await rest('GET', '/v1/namespaces/%zz')).status, 400)
  })

  it('tells how it is configured', async () => {
    const { json } = await rest('GET', '/v1/config')
    assert.equal(json.defaults['s3.endpoint'], lake.endpoint)
    assert.equal(json.defaults['s3.path-style-access'], 'true')
    assert.deepEqual(json.overrides, {})
    assert.ok(json.endpoints.includes('POST /v1/{prefix}/namespaces/{namespace}/tables/{table}'))
    const account = await rest('GET', '/v1/config?warehouse=123456789012')
    assert.equal(account.json.overrides.prefix, 'catalogs/123456789012')
    const path = `/v1/${account.json.overrides.prefix}/namespaces/db`
    assert.equal((await rest('GET', path)).status, 200)
    assert.equal((await rest('GET', '/v1/config?warehouse=999999999999')).status, 403)
    assert.equal((await rest('GET', '/v1/catalogs/999999999999/namespaces')).status, 403)
    assert.equal((await rest('GET', '/v1/elsewhere/namespaces')).status, 404)
    assert.equal((await rest('GET', '/v1/config?warehouse=what')).status, 400)
  })

  it('puts tables of a namespace without location into the warehouse', async () => {
    const { json } = await rest('GET', '/v1/config?warehouse=s3%3A%2F%2Flake%2Fhouse%2F')
    await rest('POST', '/v1/namespaces', { namespace: ['nowhere'] })
    const body = { name: 't', schema: peopleSchema }
    const path = 'namespaces/nowhere/tables'
    assert.equal((await rest('POST', `/v1/${path}`, body)).status, 400)
    const made = await rest('POST', `/v1/${json.overrides.prefix}/${path}`, body)
    assert.match(made.json.metadata.location, /^s3:\/\/lake\/house\/nowhere\/t-[0-9a-f]{32}$/)
  })

  it('pages when it is asked to', async () => {
    await rest('POST', '/v1/namespaces', {
      namespace: ['paged'],
      properties: { location: 's3://lake/p' },
    })
    for (const name of ['a', 'b', 'c']) {
      await rest('POST', '/v1/namespaces/paged/tables', { name, schema: peopleSchema })
    }
    const path = '/v1/namespaces/paged/tables'
    const all = await rest('GET', path)
    assert.deepEqual(all.json['next-page-token'], null)
    assert.equal(all.json.identifiers.length, 3)
    const names: string[] = []
    let token = ''
    do {
      const { json } = await rest('GET', `${path}?pageToken=${token}&pageSize=2`)
      assert.ok(json.identifiers.length <= 2)
      names.push(...json.identifiers.map((identifier: { name: string }) => identifier.name))
      token = json['next-page-token'] ?? ''
    } while (token !== '')
    assert.deepEqual(names, ['a', 'b', 'c'])
    assert.equal((await rest('GET', `${path}?pageToken=nonsense`)).status, 400)
    assert.equal((await rest('GET', `${path}?pageToken=&pageSize=0`)).status, 400)
    assert.deepEqual(refusal(await rest('GET', '/v1/namespaces/none/tables')), [
      404,
      'NoSuchNamespaceException',
    ])
  })

  it('names the table when a part of its path is not there', async () => {
    for (const path of ['none/tables/t', 'db%1Ft/tables/snapshots', 'db%1Fa%1Fb/tables/t']) {
      const answer = await rest('GET', `/v1/namespaces/${path}`)
      assert.deepEqual(refusal(answer), [404, 'NoSuchTableException'], path)
    }
  })

  it('is the same table as the one in Glue, and both are told when the other was first', async () => {
    const glue = lake.client(GlueClient)
    const made = await createTable('shared')
    const named = { DatabaseName: 'db', Name: 'shared' }
    const { Table } = await glue.send(new GetTableCommand(named))
    assert.equal(Table!.Parameters!['table_type'], 'ICEBERG')
    assert.equal(Table!.Parameters!['metadata_location'], made.json['metadata-location'])
    assert.deepEqual(
      Table!.StorageDescriptor!.Columns!.map((column) => [column.Name, column.Type]),
      [
        ['id', 'bigint'],
        ['name', 'string'],
      ],
    )
    const path = '/v1/namespaces/db/tables/shared'
    const updates = [{ action: 'set-properties', updates: { a: '1' } }]
    const committed = await rest('POST', path, { requirements: [], updates })
    const location = committed.json['metadata-location']
    const swap = (VersionId: string, metadata: string) =>
      glue.send(
        new UpdateTableCommand({
          DatabaseName: 'db',
          VersionId,
          SkipArchive: true,
          TableInput: {
            Name: 'shared',
            TableType: 'EXTERNAL_TABLE',
            Parameters: {
              table_type: 'ICEBERG',
              metadata_location: metadata,
              previous_metadata_location: location,
            },
          },
        }),
      )
    await assert.rejects(swap(Table!.VersionId!, location), {
      name: 'ConcurrentModificationException',
    })
    const { Table: now } = await glue.send(new GetTableCommand(named))
    assert.equal(now!.Parameters!['previous_metadata_location'], made.json['metadata-location'])
    // A Glue client commits: it writes the metadata file itself and swaps the pointer.
    const own = { ...committed.json.metadata, properties: { a: '2' } }
    await s3.send(
      new PutObjectCommand({
        Bucket: 'lake',
        Key: 'own/v9.metadata.json',
        Body: JSON.stringify(own),
      }),
    )
    await swap(now!.VersionId!, 's3://lake/own/v9.metadata.json')
    const seen = await rest('GET', path)
    assert.deepEqual(seen.json.metadata.properties, { a: '2' })
    const next = await rest('POST', path, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { b: '3' } }],
    })
    assert.deepEqual(next.json.metadata.properties, { a: '2', b: '3' })
    assert.match(next.json['metadata-location'], /\/00010-/)
    assert.equal(
      next.json.metadata['metadata-log'].at(-1)['metadata-file'],
      's3://lake/own/v9.metadata.json',
    )
  })

  it('names the file that it cannot read, and leaves other tables alone', async () => {
    const path = '/v1/namespaces/db'
    const put = (Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }))
    const register = (name: string, key: string) =>
      rest('POST', `${path}/register`, { name, 'metadata-location': `s3://lake/${key}` })
    await put('broken.json', '{"format-version": 2')
    await put('future.json', '{"format-version": 9}')
    const broken = await register('broken', 'broken.json')
    assert.deepEqual(refusal(broken), [400, 'BadRequestException'])
    assert.match(broken.text, /s3:\/\/lake\/broken\.json/)
    assert.deepEqual(refusal(await register('future', 'future.json')), [
      406,
      'UnsupportedOperationException',
    ])
    assert.deepEqual(refusal(await register('gone', 'not-there.json')), [
      400,
      'BadRequestException',
    ])
    const made = await createTable('torn')
    await put(made.json['metadata-location'].slice('s3://lake/'.length), 'torn')
    const torn = await rest('GET', `${path}/tables/torn`)
    assert.deepEqual(refusal(torn), [400, 'BadRequestException'])
    assert.match(torn.text, /metadata\.json/)
    assert.equal((await createTable('whole')).status, 200)
    assert.equal((await rest('DELETE', `${path}/tables/torn`)).status, 204)
  })

  it('moves tables, and purges what it drops', async () => {
    await createTable('moved')
    await rest('POST', '/v1/namespaces', { namespace: ['other'] })
    const rename = (source: string, namespace: string, name: string) =>
      rest('POST', '/v1/tables/rename', {
        source: { namespace: ['db'], name: source },
        destination: { namespace: [namespace], name },
      })
    await createTable('taken')
    assert.deepEqual(refusal(await rename('moved', 'db', 'taken')), [409, 'AlreadyExistsException'])
    assert.deepEqual(refusal(await rename('none', 'db', 'x')), [404, 'NoSuchTableException'])
    assert.deepEqual(refusal(await rename('moved', 'none', 'x')), [404, 'NoSuchNamespaceException'])
    assert.equal((await rename('moved', 'other', 'here')).status, 204)
    assert.equal((await rest('HEAD', '/v1/namespaces/db/tables/moved')).status, 404)
    const path = '/v1/namespaces/other/tables/here'
    assert.equal((await rest('HEAD', path)).status, 204)
    assert.deepEqual(refusal(await rest('DELETE', '/v1/namespaces/other')), [
      409,
      'NamespaceNotEmptyException',
    ])
    const { location } = (await rest('GET', path)).json.metadata
    const inside = { Bucket: 'lake', Prefix: `${location.slice('s3://lake/'.length)}/` }
    assert.equal((await s3.send(new ListObjectsV2Command(inside))).KeyCount, 1)
    assert.equal((await rest('DELETE', `${path}?purgeRequested=true`)).status, 204)
    assert.equal((await rest('DELETE', path)).status, 404)
    await poll(
      'the purge',
      async () => (await s3.send(new ListObjectsV2Command(inside))).KeyCount === 0,
    )
    assert.equal((await rest('DELETE', '/v1/namespaces/other')).status, 204)
  })

  it('takes names as they come, and refuses those that are none', async () => {
    for (const name of [
      'a b',
      'ünï/ço%de',
      "x'; drop table t",
      '__proto__',
      'a.b',
      '...',
      '☃'.repeat(80),
    ]) {
      const path = `/v1/namespaces/db/tables/${encodeURIComponent(name)}`
      assert.equal((await createTable(name)).status, 200, name)
      assert.equal((await rest('HEAD', path)).status, 204, name)
      const updates = [
        { action: 'set-properties', updates: { constructor: '1', ['__proto__']: '2' } },
      ]
      assert.equal((await rest('POST', path, { requirements: [], updates })).status, 200, name)
      assert.equal((await rest('DELETE', path)).status, 204, name)
    }
    for (const name of ['', 'x'.repeat(256), 'a\nb', 'a\u001fb']) {
      assert.equal((await createTable(name)).status, 400, JSON.stringify(name))
    }
  })
})
