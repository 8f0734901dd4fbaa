import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { testCredentials } from '#test/harness'
import { createUser } from '../harness/user.ts'
import { peopleSchema, refusal, restClient, startCatalog } from './iceberg-client.ts'

const { lake, rest, s3, createTable } = await startCatalog({ comment: 'tables' })
after(() => lake.stop())

/** The protocol: https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml */
describe('access to the Iceberg REST catalog', () => {
  const tokenFor = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${lake.endpoint}/iceberg/v1/oauth/tokens`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }

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
    assert.deepEqual(refusal(await rest('GET', '/v1/config', undefined, { credentials: forged })), [
      401,
      'NotAuthorizedException',
    ])
    assert.deepEqual(refusal(await rest('GET', '/v1/config', undefined, { token: 'AAAA' })), [
      401,
      'NotAuthorizedException',
    ])
  })

  it('may do what policies allow, and nothing else', async () => {
    const credentials = await createUser(lake.client(IAMClient), 'reader', {
      Effect: 'Allow',
      Action: ['glue:GetTable', 'glue:CreateTable'],
      Resource: [
        'arn:aws:glue:us-east-1:123456789012:catalog',
        'arn:aws:glue:us-east-1:123456789012:database/db',
        'arn:aws:glue:us-east-1:123456789012:table/db/open*',
      ],
    })
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
})
