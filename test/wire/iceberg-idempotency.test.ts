import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, test } from 'node:test'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { systemClock } from '#kit'
import { spawnServer, testCredentials, type TestLake } from '#test/harness'
import {
  append,
  peopleSchema,
  refusal,
  restClient,
  type RestClient,
  startCatalog,
} from './iceberg-client.ts'

/** A key as clients make it; the last digits tell the test's keys apart. */
const key = (n: number) => `017f22e2-79b0-7cc3-98c4-${n.toString(16).padStart(12, '0')}`
const with_ = (n: number) => ({ headers: { 'Idempotency-Key': key(n) } })

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, the parameter `idempotency-key` */
describe('iceberg rest: requests with an Idempotency-Key', () => {
  let lake: TestLake
  let rest: RestClient
  let aheadMs = 0

  before(async () => {
    const clock = { now: () => systemClock.now() + aheadMs }
    ;({ lake, rest } = await startCatalog({}, { clock }))
  })
  after(() => lake.stop())

  const create = (name: string, n: number) =>
    rest('POST', '/v1/namespaces/db/tables', { name, schema: peopleSchema }, with_(n))

  it('says for how long a key may be used', async () => {
    const { json } = await rest('GET', '/v1/config')
    assert.equal(json['idempotency-key-lifetime'], 'PT30M')
  })

  it('makes a table once, and commits to it once', async () => {
    const made = await create('once', 1)
    assert.equal(made.status, 200, made.text)
    const again = await create('once', 1)
    assert.deepEqual(again.json, made.json)

    const uuid = made.json.metadata['table-uuid'] as string
    const commit = {
      requirements: [
        { type: 'assert-table-uuid', uuid },
        { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null },
      ],
      updates: append({ id: 7n, parent: undefined, sequence: 1 }),
    }
    const path = '/v1/namespaces/db/tables/once'
    const first = await rest('POST', path, commit, with_(2))
    assert.equal(first.status, 200, first.text)
    assert.deepEqual((await rest('POST', path, commit, with_(2))).json, first.json)
    // Without the key the requirement no longer holds.
    assert.deepEqual(refusal(await rest('POST', path, commit)), [409, 'CommitFailedException'])
    assert.equal((await rest('GET', path)).json.metadata.snapshots.length, 1)
  })

  it('carries out one of many that come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('crowd', 3)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array.from({ length: 8 }, () => 200),
    )
    const uuids = answers.map(({ json }) => json.metadata['table-uuid'] as string)
    assert.equal(new Set(uuids).size, 1)
  })

  it('tells a refusal again, though it would be none now', async () => {
    const path = '/v1/namespaces/gone/properties'
    const send = () => rest('POST', path, { updates: { a: 'b' } }, with_(4))
    assert.deepEqual(refusal(await send()), [404, 'NoSuchNamespaceException'])
    await rest('POST', '/v1/namespaces', { namespace: ['gone'] })
    assert.deepEqual(refusal(await send()), [404, 'NoSuchNamespaceException'])
    const fresh = await rest('POST', path, { updates: { a: 'b' } }, with_(5))
    assert.deepEqual(fresh.json, { updated: ['a'], removed: [], missing: [] })
    await rest('POST', path, { removals: ['a'] })
    const repeated = await rest('POST', path, { updates: { a: 'b' } }, with_(5))
    assert.deepEqual(repeated.json, fresh.json)
    const { json } = await rest('GET', '/v1/namespaces/gone')
    assert.equal(json.properties.a, undefined)
  })

  it('drops, renames and makes views once', async () => {
    await create('first', 10)
    const rename = {
      source: { namespace: ['db'], name: 'first' },
      destination: { namespace: ['db'], name: 'second' },
    }
    const version = {
      'version-id': 1,
      'timestamp-ms': 1,
      'schema-id': 0,
      summary: {},
      representations: [{ type: 'sql', sql: 'SELECT 1', dialect: 'trino' }],
      'default-namespace': ['db'],
    }
    const view = { name: 'v', schema: peopleSchema, 'view-version': version, properties: {} }
    const requests: readonly (readonly [string, string, unknown?])[] = [
      ['POST', '/v1/tables/rename', rename],
      ['DELETE', '/v1/namespaces/db/tables/second'],
      ['POST', '/v1/namespaces/db/views', view],
      ['DELETE', '/v1/namespaces/db/views/v'],
      ['POST', '/v1/namespaces', { namespace: ['short'] }],
      ['DELETE', '/v1/namespaces/short'],
    ]
    for (const [at, [method, path, body]] of requests.entries()) {
      const first = await rest(method, path, body, with_(11 + at))
      assert.ok(first.status < 300, first.text)
      const again = await rest(method, path, body, with_(11 + at))
      assert.equal(again.status, first.status, `${method} ${path}`)
      assert.deepEqual(again.json, first.json)
    }
  })

  it('refuses another request with the same key, and a key that is none', async () => {
    await create('kept', 20)
    assert.deepEqual(refusal(await create('other', 20)), [422, 'UnprocessableEntityException'])
    assert.equal((await rest('HEAD', '/v1/namespaces/db/tables/other')).status, 404)
    const headers = { 'Idempotency-Key': 'twelve' }
    const wrong = await rest('POST', '/v1/namespaces', { namespace: ['x'] }, { headers })
    assert.deepEqual(refusal(wrong), [400, 'BadRequestException'])
  })

  it('keeps the keys of callers apart', async () => {
    const credentials = await lake.addAccount('210987654321')
    await create('mine', 30)
    const other = await rest(
      'POST',
      '/v1/namespaces',
      { namespace: ['theirs'] },
      {
        ...with_(30),
        credentials,
      },
    )
    assert.equal(other.status, 200, other.text)
  })

  it('forgets a key after its time', async () => {
    await create('brief', 40)
    aheadMs += 3_600_000
    // A signature of this moment is too old for that clock; a token is of it.
    const answer = await fetch(`${lake.endpoint}/iceberg/v1/oauth/tokens`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: testCredentials.accessKeyId,
        client_secret: testCredentials.secretAccessKey,
      }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    const body = { name: 'brief', schema: peopleSchema }
    const late = await rest('POST', '/v1/namespaces/db/tables', body, { ...with_(40), token })
    assert.deepEqual(refusal(late), [409, 'AlreadyExistsException'])
  })
})

test('kill -9 after a commit: the retry with the same key is told that it was done', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-idempotency-'))
  let server = await spawnServer({ dataDir })
  try {
    const config = { region: 'us-east-1', credentials: testCredentials, forcePathStyle: true }
    const s3 = new S3Client({ ...config, endpoint: server.endpoint })
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    let rest = restClient(server)
    const properties = { location: 's3://lake/db' }
    await rest('POST', '/v1/namespaces', { namespace: ['db'], properties }, with_(1))
    const table = { name: 't', schema: peopleSchema }
    const made = await rest('POST', '/v1/namespaces/db/tables', table, with_(2))
    assert.equal(made.status, 200, made.text)
    await server.kill()
    server = await spawnServer({ dataDir })
    rest = restClient(server)
    const again = await rest('POST', '/v1/namespaces/db/tables', table, with_(2))
    assert.equal(again.json['metadata-location'], made.json['metadata-location'])
    assert.deepEqual(again.json.metadata, made.json.metadata)
  } finally {
    await server.kill()
    await rm(dataDir, { recursive: true })
  }
})
