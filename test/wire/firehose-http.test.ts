import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  UpdateDestinationCommand,
  type HttpEndpointDestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { poll } from '../harness/index.ts'
import { startFirehose } from './firehose-lake.ts'

let front: Awaited<ReturnType<typeof startFirehose>>
before(async () => {
  front = await startFirehose('failed')
})
after(() => front.lake.stop())

interface Received {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly requestId: string
  readonly texts: readonly string[]
}

/** An endpoint that notes what it is sent; `answer` decides what it says. */
async function endpoint(answer: (received: Received, response: ServerResponse) => void, port = 0) {
  const requests: Received[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
      const body = JSON.parse(plain.toString()) as {
        requestId: string
        timestamp: number
        records: { data: string }[]
      }
      assert.equal(typeof body.timestamp, 'number')
      const received = {
        url: request.url,
        headers: request.headers,
        requestId: body.requestId,
        texts: body.records.map(({ data }) => Buffer.from(data, 'base64').toString()),
      }
      requests.push(received)
      answer(received, response)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const { port: own } = server.address() as AddressInfo
  return { requests, port: own, url: `http://127.0.0.1:${own}/in?x=1`, close }
}

const accept = ({ requestId }: Received, response: ServerResponse) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ requestId, timestamp: Date.now() }))
}

const create = (
  name: string,
  Url: string,
  more: Partial<HttpEndpointDestinationConfiguration> = {},
) =>
  front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url, Name: 'mine', AccessKey: 'secret' },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        RoleARN: front.roleArn,
        S3Configuration: {
          RoleARN: front.roleArn,
          BucketARN: 'arn:aws:s3:::failed',
          Prefix: `${name}/`,
          ErrorOutputPrefix: `${name}-wrong/!{firehose:error-output-type}/`,
          BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        },
        ...more,
      },
    }),
  )

const describe = async (name: string) => {
  const { DeliveryStreamDescription: description } = await front.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
  )
  return description!
}

interface ErrorRecord {
  readonly rawData: string
  readonly errorCode: string
  readonly errorMessage: string
  readonly attemptsMade: number
}

const failures = async (name: string, count: number): Promise<readonly ErrorRecord[]> => {
  const text = await front.delivered(
    `${name}-wrong/http-endpoint-failed/`,
    (found) => found.trim().split('\n').length >= count && found !== '',
  )
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ErrorRecord)
}

test("records arrive in Firehose's own format, in their order", async () => {
  const there = await endpoint(accept)
  try {
    await create('plain', there.url, {
      RequestConfiguration: {
        ContentEncoding: 'GZIP',
        CommonAttributes: [{ AttributeName: 'stage', AttributeValue: 'tést' }],
      },
    })
    const texts = Array.from({ length: 20 }, (_, n) => `record ${n} é`)
    await front.put('plain', texts)
    await poll('all records', () => there.requests.flatMap((each) => each.texts).length === 20)
    assert.deepEqual(
      there.requests.flatMap((each) => each.texts),
      texts,
    )
    const { headers, url, requestId } = there.requests[0]!
    assert.equal(url, '/in?x=1')
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['content-encoding'], 'gzip')
    assert.equal(headers['x-amz-firehose-protocol-version'], '1.0')
    assert.equal(headers['x-amz-firehose-access-key'], 'secret')
    assert.equal(
      headers['x-amz-firehose-source-arn'],
      'arn:aws:firehose:us-east-1:123456789012:deliverystream/plain',
    )
    assert.equal(headers['x-amz-firehose-request-id'], requestId)
    assert.match(requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.deepEqual(JSON.parse(String(headers['x-amz-firehose-common-attributes'])), {
      commonAttributes: { stage: 'tést' },
    })
    const { Destinations } = await describe('plain')
    const described = Destinations![0]!.HttpEndpointDestinationDescription!
    assert.deepEqual(described.EndpointConfiguration, { Url: there.url, Name: 'mine' })
    assert.equal(described.S3BackupMode, 'FailedDataOnly')
    assert.deepEqual(described.RetryOptions, { DurationInSeconds: 300 })
  } finally {
    await there.close()
  }
})

test('an endpoint that refuses, then takes it: the same request again', async () => {
  const there = await endpoint((received, response) => {
    if (there.requests.length > 1) return accept(received, response)
    response.statusCode = 503
    response.end('not now')
  })
  try {
    await create('again', there.url)
    await front.put('again', ['one'])
    await poll('the second attempt', () => there.requests.length === 2)
    const [first, second] = there.requests
    assert.deepEqual(second!.texts, ['one'])
    assert.equal(first!.requestId, second!.requestId)
    await front.put('again', ['two'])
    await poll('the next', () => there.requests.length === 3)
    assert.deepEqual(there.requests[2]!.texts, ['two'])
  } finally {
    await there.close()
  }
})

test('what the endpoint does not take in time lies in the bucket, and why; what it takes is all backed up', async () => {
  const answers: Record<string, (received: Received, response: ServerResponse) => void> = {
    large: (_, response) => {
      response.statusCode = 413
      response.end('{"errorMessage":"Payload too large"}')
    },
    moved: (_, response) => {
      response.statusCode = 302
      response.setHeader('location', '/elsewhere')
      response.end()
    },
    stranger: (_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end('{"requestId":"another","timestamp":1}')
    },
    text: ({ requestId }, response) => {
      response.setHeader('content-type', 'text/plain')
      response.end(JSON.stringify({ requestId, timestamp: 1 }))
    },
    cut: (_, response) => void response.destroy(),
    long: (_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(Buffer.alloc(1024 * 1024 + 1, ' '))
    },
    fine: accept,
  }
  const there = await endpoint((received, response) =>
    answers[received.texts[0]!]!(received, response),
  )
  try {
    await create('picky', there.url, {
      RetryOptions: { DurationInSeconds: 0 },
      S3BackupMode: 'AllData',
    })
    const texts = Object.keys(answers)
    for (const [index, text] of texts.entries()) {
      await front.put('picky', [text])
      await poll(text, () => there.requests.length > index)
    }
    const found = await failures('picky', 6)
    assert.deepEqual(
      Object.fromEntries(
        found.map(({ rawData, errorCode, attemptsMade }) => [
          Buffer.from(rawData, 'base64').toString(),
          [errorCode, attemptsMade],
        ]),
      ),
      {
        large: ['HttpEndpoint.DestinationException', 1],
        moved: ['HttpEndpoint.DestinationException', 1],
        stranger: ['HttpEndpoint.InvalidResponseFromDestination', 1],
        text: ['HttpEndpoint.InvalidResponseFromDestination', 1],
        cut: ['HttpEndpoint.ConnectionFailed', 1],
        long: ['HttpEndpoint.InvalidResponseFromDestination', 1],
      },
    )
    assert.match(
      found.find(({ errorMessage }) => errorMessage.includes('413'))!.errorMessage,
      /^The following response was received from the endpoint destination\. 413: \{"errorMessage"/,
    )
    const backup = await front.delivered('picky/', (text) => text.includes('fine'))
    assert.equal(backup.length, texts.join('').length)
    for (const text of texts) assert.ok(backup.includes(text), text)
  } finally {
    await there.close()
  }
})

test('an endpoint that is away: what comes meanwhile waits, and goes to the address that is right by then', async () => {
  const gone = await endpoint(accept)
  await gone.close()
  await create('away', gone.url, { RetryOptions: { DurationInSeconds: 7200 } })
  await front.put('away', ['first'])
  const there = await endpoint(accept)
  try {
    const { VersionId } = await describe('away')
    await front.firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: 'away',
        DestinationId: 'destinationId-000000000001',
        CurrentDeliveryStreamVersionId: VersionId,
        HttpEndpointDestinationUpdate: {
          EndpointConfiguration: { Url: there.url, AccessKey: 'another' },
        },
      }),
    )
    await front.put('away', ['second'])
    await poll('both', () => there.requests.flatMap(({ texts }) => texts).length === 2)
    assert.deepEqual(
      there.requests.flatMap(({ texts }) => texts),
      ['first', 'second'],
    )
    assert.equal(there.requests[0]!.headers['x-amz-firehose-access-key'], 'another')
    assert.deepEqual(await front.keys('away'), [])
  } finally {
    await there.close()
  }
})

test('what is refused', async () => {
  const invalid = (url: string, more: Partial<HttpEndpointDestinationConfiguration> = {}) =>
    assert.rejects(create('never', url, more), (error: Error) => {
      assert.match(error.name, /InvalidArgumentException|ValidationException/, error.message)
      return true
    })
  await invalid('http://example.com/')
  await invalid('http://127.0.0.1.example.com/')
  await invalid('https://user:pass@example.com/')
  await invalid('ftp://example.com/')
  await invalid('https://example.com/', { RetryOptions: { DurationInSeconds: 7201 } })
  await invalid('https://example.com/', { BufferingHints: { SizeInMBs: 65 } })
  await invalid('https://example.com/', { RoleARN: 'arn:aws:iam::123456789012:role/nobody' })
})
