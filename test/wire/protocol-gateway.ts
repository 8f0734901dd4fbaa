import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CreateUser$, GetUser$ } from '@aws-sdk/client-iam'
import { AddTagsToStream$, ListStreams$, PutRecord$, PutRecords$ } from '@aws-sdk/client-kinesis'
import {
  DeleteObjects$,
  GetObject$,
  HeadObject$,
  ListObjectsV2$,
  PutObject$,
} from '@aws-sdk/client-s3'
import { LakeError, silentLogger, systemClock } from '#kit'
import {
  AwsError,
  bindService,
  createGateway,
  defineService,
  operationFor,
  type GatewayEvent,
} from '#protocol/aws'

const operation = operationFor<object>()
/** What operations were given, of those that take note of it. */
export const inputs: unknown[] = []
const note = (input: unknown) => {
  inputs.push(input)
  return {}
}

const kinesis = defineService<object>({
  name: 'kinesis',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['Kinesis_20131202'],
  bodyBytesMax: 64 * 1024,
  client: () => import('@aws-sdk/client-kinesis'),
  operations: () =>
    Promise.resolve({
      AddTagsToStream: operation(AddTagsToStream$, note),
      PutRecord: operation(PutRecord$, note),
      PutRecords: operation(PutRecords$, note),
      ListStreams: operation(ListStreams$, () => {
        throw new LakeError('Boom', 'internal', 'the secret is 42')
      }),
    }),
  errors: {},
  limits: {
    'AddTagsToStreamInput.StreamName': { required: true, max: 128 },
    '*.StreamName': { min: 1, max: 128, pattern: /[a-zA-Z0-9_.-]+/ },
    'PutRecordsInput.Records': { min: 1, max: 500 },
    'PutRecordsInput.Records[].Data': { max: 8 },
    'PutRecordsInput.Records[].PartitionKey': { min: 1, max: 4 },
  },
})
const iam = defineService<object>({
  name: 'iam',
  protocols: ['awsQuery'],
  queryVersion: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  client: () => import('@aws-sdk/client-iam'),
  operations: () =>
    Promise.resolve({
      CreateUser: operation(CreateUser$, note),
      GetUser: operation(GetUser$, () => {
        throw new AwsError({
          name: 'NoSuchEntity',
          message: 'The user with name x cannot be found.',
        })
      }),
    }),
  errors: {},
})
const s3 = defineService<object>({
  name: 's3',
  protocols: ['restXml'],
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  bodyBytesMax: 64 * 1024,
  client: () => import('@aws-sdk/client-s3'),
  operations: () =>
    Promise.resolve({
      DeleteObjects: operation(DeleteObjects$, note),
      ListObjectsV2: operation(ListObjectsV2$, note),
      PutObject: operation(PutObject$, note),
      GetObject: operation(GetObject$, () => {
        throw new AwsError({
          name: 'NotModified',
          status: 304,
          message: '',
          headers: { etag: '"x"' },
        })
      }),
      HeadObject: operation(HeadObject$, () => {
        throw new AwsError({ name: 'NotFound', message: 'Not Found' })
      }),
    }),
  errors: {},
})

const caller = {
  accountId: '123456789012',
  kind: 'root',
  arn: 'arn:aws:iam::123456789012:root',
  userId: '123456789012',
  accessKeyId: 'a',
} as const
/** What the gateway has told of each request. */
export const events: GatewayEvent[] = []
const gateway = createGateway({
  services: [bindService(kinesis, {}), bindService(iam, {}), bindService(s3, {})],
  authenticate: {
    authenticate: (request) => Promise.resolve({ caller, region: 'us-east-1', body: request.body }),
  },
  authorize: () => {},
  clock: systemClock,
  log: silentLogger(),
  observe: (event) => events.push(event),
})

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly service?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A request as it comes, of nobody who signs: its service stands in its scope. */
export async function call({ method = 'POST', path = '/', service, headers = {}, body }: Sent) {
  const [rawPath, rawQuery = ''] = path.split('?') as [string, string?]
  const response = await gateway({
    method,
    rawPath,
    rawQuery,
    headers: {
      host: 'localhost:4566',
      ...(service && {
        authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      }),
      ...headers,
    },
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    secure: false,
    body: Readable.from(body === undefined ? [] : [Buffer.from(body)]),
    signal: new AbortController().signal,
  })
  const bytes =
    response.body instanceof Readable
      ? Buffer.from(await text(response.body))
      : Buffer.from(response.body ?? '')
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
}

/** A Kinesis request in AWS JSON. */
export async function json(
  target: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const answer = await call({
    service: 'kinesis',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${target}`,
      ...headers,
    },
    body,
  })
  return { ...answer, json: JSON.parse(answer.text || '{}') as Record<string, unknown> }
}
