import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startLake, testCredentials, type TestLake } from '#test/harness'

/**
 * The URLs that boto3 and the AWS CLI presign for us-east-1 by default.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
describe('presigned URLs of the older form', () => {
  let lake: TestLake
  const inAMinute = () => Math.floor(Date.now() / 1000) + 60

  /** The documented computation, written down apart from the server's. */
  const presign = (
    method: string,
    path: string,
    expires: number,
    extra: { query?: string; contentType?: string; secret?: string } = {},
  ) => {
    const resource = extra.query ? `${path}?${extra.query}` : path
    const text = `${method}\n\n${extra.contentType ?? ''}\n${expires}\n${resource}`
    const signature = createHmac('sha1', extra.secret ?? testCredentials.secretAccessKey)
      .update(text)
      .digest('base64')
    const query = new URLSearchParams({
      AWSAccessKeyId: testCredentials.accessKeyId,
      Signature: signature,
      Expires: String(expires),
    })
    return `${lake.endpoint}${path}?${extra.query ? `${encodeURI(extra.query)}&` : ''}${query}`
  }
  const codeOf = async (answer: Response) => {
    const text = await answer.text()
    return `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text}`
  }

  before(async () => {
    lake = await startLake()
    const s3 = lake.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'presigned' }))
    await s3.send(new PutObjectCommand({ Bucket: 'presigned', Key: 'a b', Body: 'hello' }))
  })
  after(() => lake.stop())

  it('read and write what they were made for', async () => {
    const read = await fetch(presign('GET', '/presigned/a%20b', inAMinute()))
    assert.equal(await codeOf(read), '200 hello')
    const typed = presign('GET', '/presigned/a%20b', inAMinute(), {
      query: 'response-content-type=text/x',
    })
    assert.equal((await fetch(typed)).headers.get('content-type'), 'text/x')
    const write = presign('PUT', '/presigned/c', inAMinute(), { contentType: 'text/plain' })
    const put = (type: string) =>
      fetch(write, { method: 'PUT', body: 'x', headers: { 'content-type': type } })
    assert.equal((await put('text/plain')).status, 200)
    assert.equal(await codeOf(await put('text/html')), '403 SignatureDoesNotMatch')
  })

  it('are refused when they are for something else, forged, expired or incomplete', async () => {
    const good = presign('GET', '/presigned/a%20b', inAMinute())
    const refusals = {
      '403 SignatureDoesNotMatch': [
        good.replace('a%20b', 'c'),
        good.replace('Expires=', 'Expires=1'),
        presign('GET', '/presigned/a%20b', inAMinute(), { secret: 'another' }),
        `${good}&versionId=null`,
      ],
      '403 InvalidAccessKeyId': [good.replace(testCredentials.accessKeyId, 'AKIAUNKNOWN')],
      '403 AccessDenied': [
        presign('GET', '/presigned/a%20b', inAMinute() - 120),
        good.replace(/&Expires=\d+/, ''),
        good.replace(/Expires=\d+/, 'Expires=soon'),
      ],
    }
    for (const [expected, urls] of Object.entries(refusals)) {
      for (const url of urls) assert.equal(await codeOf(await fetch(url)), expected, url)
    }
  })
})
