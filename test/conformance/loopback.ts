import { Readable } from 'node:stream'
import { HttpResponse } from '@smithy/core/transport'
import { buildQueryString } from '@smithy/core/protocols'
import { operation } from '@smithy/core/schema'
import { silentLogger, systemClock } from '#kit'
import {
  bindService,
  createGateway,
  defineService,
  operationFor,
  type AwsProtocol,
  type Operation,
} from '#protocol/aws'
import type { WireHandler, WireRequest, WireResponse } from '#protocol/http'
import type { ClientProtocol, ClientUnderTest, OperationTuple, SdkRequest } from './clients.ts'

/** A service whose every operation is built: it notes its input, and answers or throws what it is told to. */
export interface Loopback {
  readonly handler: WireHandler
  readonly seen: { operation: string; input: unknown }[]
  answer: (operation: string) => unknown
}

export function loopback(client: ClientUnderTest, protocol: AwsProtocol): Loopback {
  const settings = client.config.protocolSettings
  const state: { -readonly [K in keyof Loopback]: Loopback[K] } = {
    handler: undefined as never,
    seen: [],
    answer: () => ({}),
  }
  const make = operationFor<object>()
  const operations = Object.fromEntries(
    client.operations.map((tuple) => [
      tuple[2],
      make<Record<string, unknown>, unknown>(tuple, async (input) => {
        const streamed = Object.entries(input).find(([, value]) => value instanceof Readable)
        if (streamed) input[streamed[0]] = Buffer.concat(await (streamed[1] as Readable).toArray())
        state.seen.push({ operation: tuple[2], input })
        return state.answer(tuple[2])
      }),
    ]),
  ) as Record<string, Operation<object>>
  const service = defineService<object>({
    name: client.packageName,
    protocols: [protocol],
    targetPrefixes: [settings.serviceTarget],
    xmlNamespace: settings.xmlNamespace,
    client: () => Promise.resolve(client.exports),
    operations: () => Promise.resolve(operations),
    errors: {},
  })
  const caller = {
    accountId: '123456789012',
    kind: 'root',
    arn: 'arn:aws:iam::123456789012:root',
    userId: '123456789012',
    accessKeyId: 'a',
  } as const
  state.handler = createGateway({
    services: [bindService(service, {})],
    authenticate: {
      authenticate: (request) =>
        Promise.resolve({ caller, region: 'us-east-1', body: request.body }),
    },
    authorize: () => {},
    clock: systemClock,
    log: silentLogger(),
  })
  return state
}

/** The SDK's serialised request as it would come off the wire. */
export async function encodeRequest(
  client: ClientUnderTest,
  protocol: ClientProtocol,
  tuple: OperationTuple,
  input: Record<string, unknown>,
): Promise<WireRequest> {
  const path = typeof input['Bucket'] === 'string' ? `/${encodeURIComponent(input['Bucket'])}` : '/'
  protocol.setSerdeContext(client.config)
  const request = await protocol.serializeRequest(schemaOf(tuple), input, {
    ...client.config,
    endpoint: () =>
      Promise.resolve({ protocol: 'http:', hostname: 'localhost', port: 80, path, query: {} }),
    __smithy_context: {
      service: client.config.protocolSettings.serviceTarget,
      operation: tuple[2],
    },
    disableHostPrefix: true,
  })
  return toWire(request, client.packageName)
}

/** What the SDK makes of an answer: its output, or what it throws. */
export async function decodeResponse(
  client: ClientUnderTest,
  protocol: ClientProtocol,
  tuple: OperationTuple,
  response: WireResponse,
): Promise<Record<string, unknown>> {
  protocol.setSerdeContext(client.config)
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const body =
    response.body instanceof Readable
      ? response.body
      : Readable.from([Buffer.from(response.body ?? '')])
  const output = (await protocol.deserializeResponse(
    schemaOf(tuple),
    { ...client.config },
    new HttpResponse({ statusCode: response.status, headers, body }),
  )) as Record<string, unknown>
  delete output['$metadata']
  return output
}

function schemaOf([, namespace, name, traits, input, output]: OperationTuple): unknown {
  return operation(namespace, name, traits as never, input as never, output as never)
}

function toWire(request: SdkRequest, service: string): WireRequest {
  const headers: Record<string, string> = {
    authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    host: 'localhost',
  }
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value
  const body = request.body as string | Uint8Array | undefined
  return {
    method: request.method,
    rawPath: request.path,
    rawQuery: buildQueryString(request.query as never),
    headers,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    secure: false,
    body: Readable.from(
      body === undefined || body.length === 0 ? [] : [Buffer.from(body as string)],
    ),
    signal: new AbortController().signal,
  }
}
