import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateUserCommand,
  CreateAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { GetTableCommand, GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, testCredentials, type TestLake } from '#test/harness'
import {
  append,
  peopleSchema,
  refusal,
  restClient,
  type RestClient,
  startCatalog,
} from './iceberg-client.ts'

/** The protocol: https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml */
describe('iceberg rest', () => {
  let lake: TestLake
  let rest: RestClient
  let s3: S3Client

  before(async () => {
    ;({ lake, rest, s3 } = await startCatalog({ comment: 'tables' }))
  })
  after(() => lake.stop())

  const createTable = (name: string, more: object = {}) =>
    rest('POST', '/v1/namespaces/db/tables', { name, schema: peopleSchema, ...more })

  const tokenFor = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${lake.endpoint}/iceberg/v1/oauth/tokens`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }

  describe('who asks', () => {
    it('is known by a signature for any of the names that clients use', async () => {
      for (const service of ['glue', 'execute-api', 'iceberg']) {
        assert.equal((await rest('GET', '/v1/config', undefined, { service })).status, 200)
      }
    })

    it('is known by a bearer token, for which an access key is the client', async () => {
      const { accessKeyId, secretAccessKey } = testCredentials
      const { status, json } = await tokenFor({
        grant_type: 'client_credentials',
        scope: 'catalog',
        client_id: accessKeyId,
        client_secret: secretAccessKey,
      })
      assert.equal(status, 200)
      assert.equal(json['token_type'], 'bearer')
      assert.equal(json['expires_in'], 3600)
      const token = String(json['access_token'])
      assert.equal((await rest('GET', '/v1/namespaces', undefined, { token })).status, 200)

      const basic = Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')
      const again = await tokenFor(
        { grant_type: 'client_credentials' },
        { authorization: `Basic ${basic}` },
      )
      assert.equal(again.status, 200)
      const exchanged = await tokenFor({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      })
      assert.equal(exchanged.status, 200)
      const fresh = String(exchanged.json['access_token'])
      assert.equal((await rest('GET', '/v1/namespaces', undefined, { token: fresh })).status, 200)
    })

    it('gets no token with a wrong secret, an unknown key or another grant', async () => {
      const wrong = { client_id: testCredentials.accessKeyId, client_secret: 'no' }
      const secret = await tokenFor({ grant_type: 'client_credentials', ...wrong })
      assert.deepEqual([secret.status, secret.json['error']], [401, 'invalid_client'])
      const unknown = await tokenFor({
        grant_type: 'client_credentials',
        client_id: 'AKIANOBODY',
        client_secret: testCredentials.secretAccessKey,
      })
      assert.deepEqual([unknown.status, unknown.json['error']], [401, 'invalid_client'])
      const grant = await tokenFor({ grant_type: 'password' })
      assert.deepEqual([grant.status, grant.json['error']], [400, 'unsupported_grant_type'])
      const none = await tokenFor({})
      assert.deepEqual([none.status, none.json['error']], [400, 'invalid_request'])
    })

    it('is refused without, and with wrong, credentials', async () => {
      const bare = await fetch(`${lake.endpoint}/iceberg/v1/config`)
      assert.equal(bare.status, 401)
      const body = (await bare.json()) as { error: { type: string } }
      assert.equal(body.error.type, 'NotAuthorizedException')
      const forged = { ...testCredentials, secretAccessKey: 'wrong' }
      assert.deepEqual(
        refusal(await rest('GET', '/v1/config', undefined, { credentials: forged })),
        [401, 'NotAuthorizedException'],
      )
      assert.deepEqual(refusal(await rest('GET', '/v1/config', undefined, { token: 'AAAA' })), [
        401,
        'NotAuthorizedException',
      ])
    })

    it('may do what policies allow, and nothing else', async () => {
      const iam = lake.client(IAMClient)
      await iam.send(new CreateUserCommand({ UserName: 'reader' }))
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
      const credentials = {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      }
      await iam.send(
        new PutUserPolicyCommand({
          UserName: 'reader',
          PolicyName: 'p',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['glue:GetTable', 'glue:CreateTable'],
                Resource: [
                  'arn:aws:glue:us-east-1:123456789012:catalog',
                  'arn:aws:glue:us-east-1:123456789012:database/db',
                  'arn:aws:glue:us-east-1:123456789012:table/db/open*',
                ],
              },
            ],
          }),
        }),
      )
      await createTable('open_table')
      await createTable('closed_table')
      const reader = restClient(lake, { credentials })
      const path = '/v1/namespaces/db/tables'
      assert.equal((await reader('GET', `${path}/open_table`)).status, 200)
      const forbidden = [403, 'ForbiddenException']
      assert.deepEqual(refusal(await reader('GET', `${path}/closed_table`)), forbidden)
      assert.deepEqual(refusal(await reader('GET', path)), forbidden)
      assert.deepEqual(refusal(await reader('DELETE', `${path}/open_table`)), forbidden)
      assert.deepEqual(
        refusal(await reader('POST', `${path}/open_table`, { requirements: [], updates: [] })),
        forbidden,
      )
      // The catalog writes no metadata where the caller may not write.
      const made = await reader('POST', path, { name: 'open_made', schema: peopleSchema })
      assert.deepEqual(refusal(made), forbidden)
      assert.equal((await rest('HEAD', `${path}/open_made`)).status, 404)
    })
  })

  describe('the door', () => {
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
      assert.deepEqual(
        refusal(await rest('POST', '/v1/namespaces', { namespace: ['a', 'b'] })),
        bad,
      )
      assert.deepEqual(refusal(await createTable('t', { schema: { type: 'struct' } })), bad)
      assert.deepEqual(refusal(await createTable('t', { location: 'file:///etc' })), bad)
      assert.deepEqual(refusal(await createTable('t', { location: 's3://not-there/x' })), bad)
      assert.equal((await rest('GET', '/v1/namespaces/%zz')).status, 400)
    })
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

  it('gives field ids anew, and keeps them over loads', async () => {
    const schema = {
      type: 'struct',
      'schema-id': 7,
      'identifier-field-ids': [40],
      fields: [
        {
          id: 10,
          name: 's',
          required: false,
          type: { type: 'struct', fields: [{ id: 20, name: 'x', required: false, type: 'int' }] },
        },
        {
          id: 30,
          name: 'm',
          required: false,
          type: {
            type: 'map',
            'key-id': 31,
            key: 'string',
            'value-id': 32,
            value: 'decimal(9,2)',
            'value-required': false,
          },
        },
        { id: 40, name: 'k', required: true, type: 'long' },
      ],
    }
    const made = await createTable('fresh', {
      schema,
      'partition-spec': { fields: [{ 'source-id': 40, name: 'k_bucket', transform: 'bucket[4]' }] },
      'write-order': {
        'order-id': 1,
        fields: [
          { 'source-id': 20, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' },
        ],
      },
      properties: { 'format-version': '2', mine: 'yes' },
    })
    assert.equal(made.status, 200, made.text)
    const { metadata } = made.json
    assert.deepEqual(metadata.schemas, [
      {
        type: 'struct',
        'schema-id': 0,
        'identifier-field-ids': [3],
        fields: [
          {
            id: 1,
            name: 's',
            required: false,
            type: { type: 'struct', fields: [{ id: 4, name: 'x', required: false, type: 'int' }] },
          },
          {
            id: 2,
            name: 'm',
            required: false,
            type: {
              type: 'map',
              'key-id': 5,
              key: 'string',
              'value-id': 6,
              value: 'decimal(9, 2)',
              'value-required': false,
            },
          },
          { id: 3, name: 'k', required: true, type: 'long' },
        ],
      },
    ])
    assert.deepEqual(metadata['partition-specs'], [
      {
        'spec-id': 0,
        fields: [{ 'source-id': 3, 'field-id': 1000, name: 'k_bucket', transform: 'bucket[4]' }],
      },
    ])
    assert.equal(metadata['sort-orders'][0].fields[0]['source-id'], 4)
    assert.equal(metadata['last-column-id'], 6)
    assert.deepEqual(metadata.properties, {
      'write.parquet.compression-codec': 'zstd',
      mine: 'yes',
    })
    const loaded = await rest('GET', '/v1/namespaces/db/tables/FRESH')
    assert.deepEqual(loaded.json.metadata, metadata)
    const file = await s3.send(
      new GetObjectCommand({
        Bucket: 'lake',
        Key: made.json['metadata-location'].slice('s3://lake/'.length),
      }),
    )
    assert.deepEqual(JSON.parse(await file.Body!.transformToString()), metadata)
  })

  it('says nothing new to who has the current state', async () => {
    const made = await createTable('etagged')
    const path = '/v1/namespaces/db/tables/etagged'
    const etag = made.headers.get('etag')!
    const same = await rest('GET', path, undefined, { headers: { 'if-none-match': etag } })
    assert.deepEqual([same.status, same.text], [304, ''])
    const commit = await rest('POST', path, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    })
    const changed = await rest('GET', path, undefined, { headers: { 'if-none-match': etag } })
    assert.equal(changed.status, 200)
    assert.equal(changed.headers.get('etag'), commit.headers.get('etag'))
  })

  it('keeps every bit of a snapshot id', async () => {
    await createTable('bits')
    const path = '/v1/namespaces/db/tables/bits'
    const first = 9223372036854775807n
    const second = 3051729675574597004n
    await rest('POST', path, {
      requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null }],
      updates: append({ id: first, parent: undefined, sequence: 1 }),
    })
    const { status, json } = await rest('POST', path, {
      requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': first }],
      updates: append({ id: second, parent: first, sequence: 2 }),
    })
    assert.equal(status, 200)
    assert.equal(json.metadata['current-snapshot-id'], second)
    const loaded = (await rest('GET', path)).json.metadata
    assert.deepEqual(
      loaded.snapshots.map((snapshot: Record<string, unknown>) => snapshot['snapshot-id']),
      [first, second],
    )
    const refs = (await rest('GET', `${path}?snapshots=refs`)).json.metadata
    assert.deepEqual(
      refs.snapshots.map((snapshot: Record<string, unknown>) => snapshot['snapshot-id']),
      [second],
    )
  })

  it('holds commits to their requirements and refuses what it does not know', async () => {
    const made = await createTable('strict')
    const path = '/v1/namespaces/db/tables/strict'
    const commit = (requirements: readonly unknown[], updates: readonly unknown[] = []) =>
      rest('POST', path, { requirements, updates })
    const failed = [409, 'CommitFailedException']
    const uuid = made.json.metadata['table-uuid']
    assert.equal(
      (await commit([{ type: 'assert-table-uuid', uuid: uuid.toUpperCase() }])).status,
      200,
    )
    for (const requirement of [
      { type: 'assert-create' },
      { type: 'assert-table-uuid', uuid: '00000000-0000-0000-0000-000000000000' },
      { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1 },
      { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 1 },
      { type: 'assert-current-schema-id', 'current-schema-id': 9 },
      { type: 'assert-last-assigned-partition-id', 'last-assigned-partition-id': 1001 },
      { type: 'assert-default-spec-id', 'default-spec-id': 9 },
      { type: 'assert-default-sort-order-id', 'default-sort-order-id': 9 },
    ]) {
      assert.deepEqual(refusal(await commit([requirement])), failed, requirement.type)
    }
    const bad = [400, 'BadRequestException']
    assert.deepEqual(refusal(await commit([{ type: 'assert-moon' }])), bad)
    assert.deepEqual(refusal(await commit([], [{ action: 'paint' }])), bad)
    assert.deepEqual(refusal(await commit([], [{ action: 'constructor' }])), bad)
    assert.deepEqual(
      refusal(await commit([], [{ action: 'set-current-schema', 'schema-id': 5 }])),
      bad,
    )
    assert.deepEqual(
      refusal(await commit([], [{ action: 'upgrade-format-version', 'format-version': 1 }])),
      bad,
    )
    assert.deepEqual(
      refusal(await commit([], append({ id: 5n, parent: undefined, sequence: 1, timestampMs: 1 }))),
      bad,
    )
    const after = await rest('GET', path)
    assert.equal(after.json['metadata-location'], made.json['metadata-location'])
    assert.deepEqual(
      refusal(
        await rest('POST', '/v1/namespaces/db/tables/none', { requirements: [], updates: [] }),
      ),
      [404, 'NoSuchTableException'],
    )
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

  it('vends credentials for a table alone, and none for one that lies elsewhere', async () => {
    const headers = { 'x-iceberg-access-delegation': 'vended-credentials' }
    await createTable('vended')
    const path = '/v1/namespaces/db/tables'
    const { json } = await rest('GET', `${path}/vended`, undefined, { headers })
    const [credential] = json['storage-credentials']
    assert.equal(credential.prefix, json.metadata.location)
    const narrowed = {
      accessKeyId: credential.config['s3.access-key-id'],
      secretAccessKey: credential.config['s3.secret-access-key'],
      sessionToken: credential.config['s3.session-token'],
    }
    const own = lake.client(S3Client, { credentials: narrowed })
    const Key = `${json.metadata.location.slice('s3://lake/'.length)}/data/x`
    await own.send(new PutObjectCommand({ Bucket: 'lake', Key, Body: 'x' }))
    const outside = new PutObjectCommand({ Bucket: 'lake', Key: 'db/x', Body: 'x' })
    await assert.rejects(own.send(outside), { name: 'AccessDenied' })
    const config = { credentials: narrowed }
    assert.deepEqual(refusal(await rest('GET', `${path}/vended`, undefined, config)), [
      403,
      'ForbiddenException',
    ])
    const elsewhere = { ...json.metadata, location: 'hdfs://name/node' }
    const file = { Bucket: 'lake', Key: 'elsewhere.json', Body: JSON.stringify(elsewhere) }
    await s3.send(new PutObjectCommand(file))
    await rest('POST', '/v1/namespaces/db/register', {
      name: 'elsewhere',
      'metadata-location': 's3://lake/elsewhere.json',
    })
    const loaded = await rest('GET', `${path}/elsewhere`, undefined, { headers })
    assert.equal(loaded.status, 200)
    assert.equal(loaded.json['storage-credentials'], undefined)
  })

  it('sends clients to the region of the bucket, where S3 answers', async () => {
    const there = lake.client(S3Client, { region: 'eu-west-1' })
    await there.send(new CreateBucketCommand({ Bucket: 'far-lake' }))
    const location = 's3://far-lake/db/far'
    const headers = { 'x-iceberg-access-delegation': 'vended-credentials' }
    const created = await createTable('far', { location })
    assert.equal(created.status, 200, JSON.stringify(created.json))
    const { json } = await rest('GET', '/v1/namespaces/db/tables/far', undefined, { headers })
    const [{ config }] = json['storage-credentials']
    assert.deepEqual(
      [json.config['s3.region'], config['client.region']],
      ['eu-west-1', 'eu-west-1'],
    )
    const near = await createTable('near')
    assert.equal(near.json.config['s3.region'], 'us-east-1')
  })

  it('changes several tables in one commit, or none', async () => {
    await createTable('left')
    await createTable('right')
    const change = (name: string, requirements: readonly unknown[], value: string) => ({
      identifier: { namespace: ['db'], name },
      requirements,
      updates: [{ action: 'set-properties', updates: { value } }],
    })
    const commit = (...changes: readonly object[]) =>
      rest('POST', '/v1/transactions/commit', { 'table-changes': changes })
    const valueOf = async (name: string) =>
      (await rest('GET', `/v1/namespaces/db/tables/${name}`)).json.metadata.properties.value
    assert.equal((await commit(change('left', [], '1'), change('right', [], '1'))).status, 204)
    assert.deepEqual([await valueOf('left'), await valueOf('right')], ['1', '1'])
    const stale = [{ type: 'assert-current-schema-id', 'current-schema-id': 4 }]
    assert.deepEqual(refusal(await commit(change('left', [], '2'), change('right', stale, '2'))), [
      409,
      'CommitFailedException',
    ])
    assert.deepEqual([await valueOf('left'), await valueOf('right')], ['1', '1'])
    assert.equal((await commit(change('left', [], '2'), change('none', [], '2'))).status, 404)
    assert.equal((await commit(change('left', [], '2'), change('LEFT', [], '3'))).status, 400)
    const create = [{ type: 'assert-create' }]
    assert.equal((await commit(change('left', [], '2'), change('left2', create, '2'))).status, 400)
    assert.equal(await valueOf('left'), '1')
  })
})
