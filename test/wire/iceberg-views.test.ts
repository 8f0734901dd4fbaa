import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { peopleSchema, refusal, restClient, type RestClient } from './iceberg-client.ts'

/** https://iceberg.apache.org/view-spec/, over the REST protocol. */
describe('iceberg views', () => {
  let lake: TestLake
  let rest: RestClient

  before(async () => {
    lake = await startLake()
    rest = restClient(lake)
    await lake.client(S3Client).send(new CreateBucketCommand({ Bucket: 'lake' }))
    for (const name of ['db', 'other']) {
      const properties = { location: `s3://lake/${name}` }
      await rest('POST', '/v1/namespaces', { namespace: [name], properties })
    }
  })
  after(() => lake.stop())

  const version = (sql: string, dialect = 'spark') => ({
    'version-id': 1,
    'timestamp-ms': 1_700_000_000_000,
    'schema-id': 0,
    summary: { engine: 'tests' },
    representations: [{ type: 'sql', sql, dialect }],
    'default-namespace': ['db'],
  })
  const create = (name: string, sql = 'SELECT 1') =>
    rest('POST', '/v1/namespaces/db/views', {
      name,
      schema: peopleSchema,
      'view-version': version(sql),
      properties: { comment: 'a view' },
    })

  it('are made, loaded, listed, and stand in the Glue catalog', async () => {
    const made = await create('people', 'SELECT id, name FROM t')
    assert.equal(made.status, 200)
    const { metadata } = made.json
    assert.equal(metadata['current-version-id'], 1)
    assert.match(made.json['metadata-location'], /^s3:\/\/lake\/db\/people-.*\.metadata\.json$/)
    const loaded = await rest('GET', '/v1/namespaces/db/views/people')
    assert.deepEqual(loaded.json, made.json)
    assert.equal((await rest('HEAD', '/v1/namespaces/db/views/people')).status, 204)
    const { json } = await rest('GET', '/v1/namespaces/db/views')
    assert.deepEqual(json.identifiers, [{ namespace: ['db'], name: 'people' }])
    const tables = await rest('GET', '/v1/namespaces/db/tables')
    assert.deepEqual(tables.json.identifiers, [])
    const { Table } = await lake
      .client(GlueClient)
      .send(new GetTableCommand({ DatabaseName: 'db', Name: 'people' }))
    assert.equal(Table!.TableType, 'VIRTUAL_VIEW')
    assert.equal(Table!.ViewOriginalText, 'SELECT id, name FROM t')
  })

  it('share their names with tables', async () => {
    await create('taken')
    const table = { name: 'taken', schema: peopleSchema }
    assert.deepEqual(refusal(await rest('POST', '/v1/namespaces/db/tables', table)), [
      409,
      'AlreadyExistsException',
    ])
    await rest('POST', '/v1/namespaces/db/tables', { ...table, name: 'a_table' })
    assert.deepEqual(refusal(await create('a_table')), [409, 'AlreadyExistsException'])
    for (const [kind, name, type] of [
      ['views', 'a_table', 'NoSuchViewException'],
      ['views', 'nothing', 'NoSuchViewException'],
      ['tables', 'taken', 'NoSuchTableException'],
    ]) {
      const answer = await rest('GET', `/v1/namespaces/db/${kind}/${name}`)
      assert.deepEqual(refusal(answer), [404, type])
    }
  })

  it('are replaced by new versions, and keep their history', async () => {
    const { json } = await create('evolving')
    const uuid = json.metadata['view-uuid']
    const replace = (sql: string, more: object = {}, dialect = 'spark') =>
      rest('POST', '/v1/namespaces/db/views/evolving', {
        requirements: [{ type: 'assert-view-uuid', uuid }],
        updates: [
          { action: 'add-view-version', 'view-version': version(sql, dialect) },
          { action: 'set-current-view-version', 'view-version-id': -1 },
        ],
        ...more,
      })
    const second = await replace('SELECT 2')
    assert.equal(second.status, 200)
    assert.equal(second.json.metadata['current-version-id'], 2)
    assert.equal(second.json.metadata['version-log'].length, 2)
    assert.notEqual(second.json['metadata-location'], json['metadata-location'])
    // Back to what there was before: the version of that time is current again.
    const third = await replace('SELECT 1')
    assert.equal(third.json.metadata['current-version-id'], 1)
    assert.equal(third.json.metadata.versions.length, 2)
    assert.deepEqual(refusal(await replace('SELECT 3', {}, 'trino')), [400, 'BadRequestException'])
    const wrong = [{ type: 'assert-view-uuid', uuid: '00000000-0000-4000-8000-000000000000' }]
    assert.deepEqual(refusal(await replace('SELECT 4', { requirements: wrong })), [
      409,
      'CommitFailedException',
    ])
    for (let at = 10; at < 30; at++) await replace(`SELECT ${at}`)
    const last = await rest('GET', '/v1/namespaces/db/views/evolving')
    assert.equal(last.json.metadata.versions.length, 10)
  })

  it('are renamed, dropped and registered again', async () => {
    const { json } = await create('moving')
    const move = {
      source: { namespace: ['db'], name: 'moving' },
      destination: { namespace: ['other'], name: 'moved' },
    }
    assert.equal((await rest('POST', '/v1/views/rename', move)).status, 204)
    assert.equal((await rest('HEAD', '/v1/namespaces/db/views/moving')).status, 404)
    assert.equal((await rest('DELETE', '/v1/namespaces/other/views/moved')).status, 204)
    assert.equal((await rest('DELETE', '/v1/namespaces/other/views/moved')).status, 404)
    const again = await rest('POST', '/v1/namespaces/other/register-view', {
      name: 'again',
      'metadata-location': json['metadata-location'],
    })
    assert.equal(again.json.metadata['view-uuid'], json.metadata['view-uuid'])
  })

  it('are refused when they say nothing, or the same twice', async () => {
    const make = (view: object) =>
      rest('POST', '/v1/namespaces/db/views', { name: 'bad', schema: peopleSchema, ...view })
    assert.deepEqual(refusal(await make({})), [400, 'BadRequestException'])
    const twice = version('SELECT 1')
    const both = { ...twice, representations: [...twice.representations, ...twice.representations] }
    assert.deepEqual(refusal(await make({ 'view-version': both })), [400, 'BadRequestException'])
  })
})
