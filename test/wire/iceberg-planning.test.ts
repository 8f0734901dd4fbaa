import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { S3Client } from '@aws-sdk/client-s3'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { parseBigJson, stringifyBigJson } from '#kit'
import type { TestLake } from '#test/harness'
import { peopleSchema, refusal, type RestClient, startCatalog } from './iceberg-client.ts'

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'iceberg')

/** Planning on the server, and requests to S3 signed by it, over tables that PyIceberg wrote. */
describe('iceberg rest: planning and signing', () => {
  let lake: TestLake
  let rest: RestClient
  let s3: S3Client

  before(async () => {
    ;({ lake, rest, s3 } = await startCatalog())
    for (const table of ['parts', 'deletes']) await adopt(table)
  })
  after(() => lake.stop())

  /** Puts a fixture's files where its metadata says they are. */
  const adopt = async (table: string) => {
    const folder = join(fixtures, table)
    const text = await readFile(join(folder, 'metadata.json'), 'utf8')
    const { location } = parseBigJson(text) as { location: string }
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location)!
    if (bucket !== 'lake') {
      await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch(() => undefined)
    }
    for (const name of await readdir(folder)) {
      const Key = `${prefix}/metadata/${name}`
      const Body = await readFile(join(folder, name))
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
    }
    const registered = await rest('POST', '/v1/namespaces/db/register', {
      name: table,
      'metadata-location': `${location}/metadata/metadata.json`,
    })
    assert.equal(registered.status, 200, registered.text)
  }
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const plan = (table: string, body: object) =>
    rest('POST', `/v1/namespaces/db/tables/${table}/plan`, body)

  it('plans the files that PyIceberg plans', async () => {
    const cases = JSON.parse(await readFile(join(fixtures, 'parts', 'expected.json'), 'utf8')) as {
      filter: unknown
      snapshotId: string | null
      planned: string[]
    }[]
    for (const { filter, snapshotId, planned } of cases) {
      const id = snapshotId === null ? {} : { 'snapshot-id': BigInt(snapshotId) }
      const { status, json, text } = await plan('parts', { filter, ...id })
      assert.equal(status, 200, text)
      assert.equal(json.status, 'completed')
      const names = json['file-scan-tasks'].map((task: { 'data-file': { 'file-path': string } }) =>
        nameOf(task['data-file']['file-path']),
      )
      const more = names.filter((name: string) => !planned.includes(name))
      assert.deepEqual(more, [], stringifyBigJson(filter))
      const again = await rest(
        'GET',
        `/v1/namespaces/db/tables/parts/plan/${json['plan-id'] as string}`,
      )
      assert.deepEqual(again.json, json)
    }
  })

  it('gives files their partitions, statistics that were asked for, and deletes', async () => {
    const { json } = await plan('parts', { 'stats-fields': ['id'] })
    const file = json['file-scan-tasks'][0]['data-file']
    assert.equal(typeof file['spec-id'], 'number')
    assert.ok(file.partition.length > 0)
    assert.equal(file['lower-bounds'].keys.length, file['lower-bounds'].values.length)
    const without = (await plan('parts', {})).json['file-scan-tasks'][0]['data-file']
    assert.equal(without['lower-bounds'], undefined)

    const { deletesOf } = JSON.parse(
      await readFile(join(fixtures, 'deletes', 'expected.json'), 'utf8'),
    ) as { deletesOf: Record<string, string[]> }
    const deletes = (await plan('deletes', {})).json
    const found = Object.fromEntries(
      deletes['file-scan-tasks'].map(
        (task: {
          'data-file': { 'file-path': string }
          'delete-file-references'?: readonly number[]
        }) => [
          nameOf(task['data-file']['file-path']),
          (task['delete-file-references'] ?? [])
            .map((at) => nameOf(deletes['delete-files'][at]['file-path']))
            .toSorted(),
        ],
      ),
    )
    assert.deepEqual(found, deletesOf)
  })

  it('plans what was appended between two snapshots', async () => {
    const ids = [8063007316587340431n, 4457154910513733712n, 7703140860447455505n]
    const [first, second, third] = ids
    const overwrite = 5412679688889172269n
    const filesOf = async (table: string, body: object) => {
      const { status, json, text } = await plan(table, body)
      assert.equal(status, 200, text)
      const tasks = json['file-scan-tasks'] as {
        'data-file': { 'file-path': string }
        'delete-file-references'?: unknown
      }[]
      assert.ok(tasks.every((task) => task['delete-file-references'] === undefined))
      return new Set(tasks.map((task) => task['data-file']['file-path']))
    }
    const upTo = async (id: bigint | undefined) => filesOf('parts', { 'snapshot-id': id })
    const between = (start: bigint | undefined, end: bigint | undefined) =>
      filesOf('parts', { 'start-snapshot-id': start, 'end-snapshot-id': end })
    // The counts are those that PyIceberg wrote into the summaries of the snapshots.
    assert.equal((await between(undefined, first)).size, 8)
    const before = await upTo(first)
    const since = [...(await upTo(second))].filter((path) => !before.has(path))
    assert.deepEqual(await between(first, second), new Set(since))
    assert.equal((await between(first, second)).size, 11)
    assert.equal((await between(first, third)).size, 17)
    // An overwrite is no append: what it added is not told, and what it removed was appended all the same.
    assert.equal((await between(first, overwrite)).size, 17)
    assert.equal((await between(third, overwrite)).size, 0)
    assert.equal((await between(undefined, overwrite)).size, 25)
    assert.equal((await between(third, third)).size, 0)
    // Deletes of later snapshots are not those of an append.
    const all = await filesOf('deletes', { 'end-snapshot-id': 3287199808561392812n })
    assert.equal(all.size, 3)
    const filter = { type: 'is-null', term: 'id' }
    const none = { 'start-snapshot-id': first, 'end-snapshot-id': second, filter }
    assert.equal((await filesOf('parts', none)).size, 0)
  })

  it('refuses plans and filters that are none', async () => {
    for (const body of [
      { filter: { type: 'eq', term: 'nothing', value: 1 } },
      { 'snapshot-id': 1 },
      { 'stats-fields': 'id' },
      { 'start-snapshot-id': 1 },
      { 'start-snapshot-id': 1, 'end-snapshot-id': 5412679688889172269n },
      { 'snapshot-id': 1, 'end-snapshot-id': 5412679688889172269n },
      { 'end-snapshot-id': 'x' },
    ]) {
      assert.deepEqual(refusal(await plan('parts', body)), [400, 'BadRequestException'])
    }
    const path = '/v1/namespaces/db/tables/parts'
    const task = await rest('POST', `${path}/tasks`, { 'plan-task': 'e30' })
    assert.deepEqual(refusal(task), [404, 'NoSuchPlanTaskException'])
    const unknown = await rest('GET', `${path}/plan/e30`)
    assert.deepEqual(refusal(unknown), [404, 'NoSuchPlanIdException'])
    const { json } = await plan('parts', {})
    assert.equal((await rest('DELETE', `${path}/plan/${json['plan-id'] as string}`)).status, 204)
    assert.deepEqual(refusal(await plan('nothing', {})), [404, 'NoSuchTableException'])
  })

  it('signs requests that reach the table, and no others', async () => {
    const { json } = await rest('POST', '/v1/namespaces/db/tables', {
      name: 'signed',
      schema: peopleSchema,
    })
    const loaded = await rest('GET', '/v1/namespaces/db/tables/signed', undefined, {
      headers: { 'x-iceberg-access-delegation': 'remote-signing' },
    })
    const { config } = loaded.json
    assert.equal(config['s3.remote-signing-enabled'], 'true')
    assert.equal(config['s3.signer.uri'], `${lake.endpoint}/iceberg`)
    const folder = (json.metadata.location as string).slice('s3://'.length)
    const send = async (method: string, path: string, body?: string) => {
      const uri = `${lake.endpoint}/${path}`
      const signed = await rest('POST', `/${config['s3.signer.endpoint'] as string}`, {
        region: 'us-east-1',
        method,
        uri,
        headers: { 'Content-Type': ['text/plain'] },
      })
      assert.equal(signed.status, 200, signed.text)
      const headers = Object.fromEntries(
        Object.entries(signed.json.headers as Record<string, string[]>).map(([name, values]) => [
          name,
          values.join(', '),
        ]),
      )
      return fetch(signed.json.uri as string, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      })
    }
    assert.equal((await send('PUT', `${folder}/data/one%20file`, 'hello')).status, 200)
    const answer = await send('GET', `${folder}/data/one%20file`)
    assert.equal(await answer.text(), 'hello')
    const key = `${folder.slice('lake/'.length)}/data/one file`
    const stored = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key }))
    assert.equal(await stored.Body!.transformToString(), 'hello')
    assert.equal((await send('PUT', 'lake/elsewhere', 'x')).status, 403)
    assert.equal((await send('GET', 'lake/db/parts')).status, 403)

    const sign = (more: object) =>
      rest('POST', `/${config['s3.signer.endpoint'] as string}`, {
        region: 'us-east-1',
        method: 'GET',
        uri: `${lake.endpoint}/${folder}/x`,
        headers: {},
        ...more,
      })
    for (const wrong of [{ uri: 'http://example.com/x' }, { uri: 'x' }, { headers: { a: 'b' } }]) {
      assert.deepEqual(refusal(await sign(wrong)), [400, 'BadRequestException'])
    }
  })
})
