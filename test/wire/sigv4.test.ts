import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { poll, startLake, testCredentials, type TestLake } from '../harness/index.ts'

const region = 'us-east-1'

/** Signature V4 written out by hand, so that the server is not measured by its own code. */
function signedHeaders(
  lake: TestLake,
  service: string,
  body: string,
  extra: Readonly<Record<string, string>>,
  sent = { method: 'POST', path: '/' },
): Record<string, string> {
  const amzDate = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const date = amzDate.slice(0, 8)
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest()
  const headers: Record<string, string> = {
    host: `127.0.0.1:${lake.port}`,
    'x-amz-date': amzDate,
    ...extra,
  }
  const names = Object.keys(headers).toSorted()
  const canonical = [
    sent.method,
    sent.path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${testCredentials.secretAccessKey}`,
  )
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${testCredentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${hmac(key, text).toString('hex')}`,
  }
}

describe('signatures over the wire', () => {
  let lake: TestLake
  before(async () => {
    lake = await startLake()
  })
  after(() => lake.stop())

  const post = (headers: Record<string, string>, body: string) =>
    fetch(`http://127.0.0.1:${lake.port}/`, { method: 'POST', headers, body })
  const target = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Kinesis_20131202.ListStreams',
  }

  it('made by hand are known, and a changed body is not', async () => {
    const headers = signedHeaders(lake, 'kinesis', '{"Limit":5}', target)
    assert.equal((await post(headers, '{"Limit":5}')).status, 200)
    const altered = await post(headers, '{"Limit":6}')
    assert.equal(altered.status, 400)
    const answer = (await altered.json()) as Record<string, string>
    assert.equal(answer['__type'], 'InvalidSignatureException')
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
    assert.equal(
      answer['message'],
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  })

  it('are needed', async () => {
    const json = await post(target, '{}')
    assert.equal(json.status, 400)
    assert.match(await json.text(), /"MissingAuthenticationTokenException"/)
    const form = await post(
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Action=GetCallerIdentity&Version=2011-06-15',
    )
    assert.equal(form.status, 403)
    assert.match(await form.text(), /<Code>MissingAuthenticationToken<\/Code>/)
  })

  it('with a wrong secret or an unknown key are refused in the words of each protocol', async () => {
    const client = <T>(make: new (config: never) => T, own: object) =>
      lake.client(make as new (config: object) => T, {
        credentials: { ...testCredentials, ...own },
      })
    const ask = new GetCallerIdentityCommand({})
    await assert.rejects(client(STSClient, { secretAccessKey: 'wrong' }).send(ask), {
      name: 'SignatureDoesNotMatch',
    })
    await assert.rejects(client(STSClient, { accessKeyId: 'AKIAUNKNOWN' }).send(ask), {
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    })
  })

  it('of a user reach the streams that his policy names, by iterator too', async () => {
    const kinesis = lake.client(KinesisClient)
    for (const StreamName of ['mine', 'other']) {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
      await poll(`the stream ${StreamName}`, async () => {
        const found = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))
        return found.StreamDescriptionSummary!.StreamStatus === 'ACTIVE'
      })
    }
    const iam = lake.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'consumer' }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'consumer',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'kinesis:*',
            Resource: `arn:aws:kinesis:${region}:${lake.accountId}:stream/mine`,
          },
        }),
      }),
    )
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'consumer' }))
    const own = lake.client(KinesisClient, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    const record = { PartitionKey: '1', Data: Buffer.from('a') }
    await own.send(new PutRecordCommand({ StreamName: 'mine', ...record }))
    await assert.rejects(own.send(new PutRecordCommand({ StreamName: 'other', ...record })), {
      name: 'AccessDeniedException',
    })
    const iterator = async (client: KinesisClient, StreamName: string) => {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          StreamName,
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      )
      return ShardIterator!
    }
    const mine = await own.send(
      new GetRecordsCommand({ ShardIterator: await iterator(own, 'mine') }),
    )
    assert.equal(mine.Records!.length, 1)
    const others = await iterator(kinesis, 'other')
    await assert.rejects(own.send(new GetRecordsCommand({ ShardIterator: others })), {
      name: 'AccessDeniedException',
    })
  })

  describe('for S3', () => {
    const Bucket = 'signed'
    let s3: S3Client
    before(async () => {
      s3 = lake.client(S3Client, { forcePathStyle: true })
      await s3.send(new CreateBucketCommand({ Bucket }))
      for (const Key of ['home/a', 'other/b']) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
      }
    })

    it('cover a streamed body with a trailing checksum', async () => {
      const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(30_000, 'b')])
      const put = new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: 100_000 })
      await s3.send(put)
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }))
      assert.equal(head.ContentLength, 100_000)
    })

    it('refuse a body that was changed, and nothing of it is kept', async () => {
      // Held in one piece, hashed as it comes, and on another thread.
      for (const size of [5, 300_000, 2_000_000]) {
        const signed = Buffer.alloc(size, 'hello')
        const hash = createHash('sha256').update(signed).digest('hex')
        const send = async (body: Buffer) => {
          const options = { method: 'PUT', path: `/${Bucket}/changed` }
          const about = { 'x-amz-content-sha256': hash }
          const headers = signedHeaders(lake, 's3', signed.toString(), about, options)
          const { method, path } = options
          return fetch(`${lake.endpoint}${path}`, { method, headers, body: new Uint8Array(body) })
        }
        const changed = Buffer.alloc(size, 'jello')
        for (const answer of await Promise.all([send(changed), send(changed), send(changed)])) {
          assert.equal(answer.status, 400)
          assert.match(await answer.text(), /<Code>XAmzContentSHA256Mismatch<\/Code>/)
        }
        await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'changed' })), {
          name: 'NotFound',
        })
        assert.equal((await send(signed)).status, 200)
        await s3.send(new DeleteObjectCommand({ Bucket, Key: 'changed' }))
      }
    })

    it('are asked for before anything is told', async () => {
      const answer = await fetch(`${lake.endpoint}/${Bucket}/home/a`)
      assert.equal(answer.status, 403)
      assert.match(await answer.text(), /<Code>AccessDenied<\/Code><Message>Access Denied</)
    })

    it('of a user reach what his policy names, under the names that S3 has for actions', async () => {
      const iam = lake.client(IAMClient)
      await iam.send(new CreateUserCommand({ UserName: 'guest' }))
      const arn = `arn:aws:s3:::${Bucket}`
      await iam.send(
        new PutUserPolicyCommand({
          UserName: 'guest',
          PolicyName: 'own',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 's3:ListBucket',
                Resource: arn,
                Condition: { StringLike: { 's3:prefix': 'home/*' } },
              },
              {
                Effect: 'Allow',
                Action: ['s3:GetObject', 's3:PutObject'],
                Resource: `${arn}/home/*`,
              },
            ],
          }),
        }),
      )
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'guest' }))
      const own = lake.client(S3Client, {
        forcePathStyle: true,
        credentials: {
          accessKeyId: AccessKey!.AccessKeyId!,
          secretAccessKey: AccessKey!.SecretAccessKey!,
        },
      })
      const listed = await own.send(new ListObjectsV2Command({ Bucket, Prefix: 'home/' }))
      assert.equal(listed.KeyCount, 1)
      await own.send(new GetObjectCommand({ Bucket, Key: 'home/a' }))
      await own.send(new HeadObjectCommand({ Bucket, Key: 'home/a' }))
      const copy = (from: string) =>
        own.send(new CopyObjectCommand({ Bucket, Key: 'home/c', CopySource: `${Bucket}/${from}` }))
      await copy('home/a')
      const denied = { name: 'AccessDenied' }
      await assert.rejects(copy('other/b'), denied)
      await assert.rejects(own.send(new ListObjectsV2Command({ Bucket })), denied)
      await assert.rejects(own.send(new GetObjectCommand({ Bucket, Key: 'other/b' })), {
        name: 'AccessDenied',
        message: `User: arn:aws:iam::${lake.accountId}:user/guest is not authorized to perform: s3:GetObject on resource: "${arn}/other/b" because no identity-based policy allows the s3:GetObject action`,
      })
    })
  })
})
