import { readFileSync } from 'node:fs'
import { NormalizedSchema } from '@smithy/core/schema'

/** An operation's schema object, as the SDK exports it. */
export type OperationTuple = readonly [9, string, string, unknown, unknown, unknown]

/** The SDK's own protocol, the part of it that stands on the client's side. */
export interface ClientProtocol {
  getShapeId(): string
  setSerdeContext(context: unknown): void
  serializeRequest(schema: unknown, input: unknown, context: unknown): Promise<SdkRequest>
  deserializeResponse(schema: unknown, context: unknown, response: unknown): Promise<unknown>
}

export interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string | string[] | null>
  readonly headers: Record<string, string>
  readonly body?: unknown
}

export interface ClientUnderTest {
  /** `kinesis` of `@aws-sdk/client-kinesis`. */
  readonly packageName: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly operations: readonly OperationTuple[]
  readonly errors: readonly NormalizedSchema[]
  readonly config: ClientConfig
}

export interface ClientConfig {
  readonly protocol: ClientProtocol
  readonly protocolSettings: ProtocolSettings
}

export interface ProtocolSettings {
  readonly defaultNamespace: string
  readonly serviceTarget: string
  readonly xmlNamespace?: string
  readonly version: string
}

/** Every SDK client that package.json names. */
export function clientPackages(): string[] {
  const root = new URL('../../package.json', import.meta.url)
  const { dependencies } = JSON.parse(readFileSync(root, 'utf8')) as {
    dependencies: Record<string, string>
  }
  return Object.keys(dependencies)
    .filter((name) => name.startsWith('@aws-sdk/client-'))
    .map((name) => name.slice('@aws-sdk/client-'.length))
}

export async function loadClient(packageName: string): Promise<ClientUnderTest> {
  const exports = (await import(`@aws-sdk/client-${packageName}`)) as Record<string, unknown>
  const tuples = Object.values(exports).filter(
    (value): value is readonly unknown[] => Array.isArray(value) && value.length >= 5,
  )
  return {
    packageName,
    exports,
    operations: tuples.filter((tuple) => tuple[0] === 9) as unknown as OperationTuple[],
    errors: tuples
      .filter((tuple) => tuple[0] === -3 && !String(tuple[1]).startsWith('smithy.ts.sdk'))
      .map((tuple) => NormalizedSchema.of(tuple as never)),
    config: makeConfig(exports),
  }
}

function makeConfig(exports: Readonly<Record<string, unknown>>): ClientConfig {
  const [, Client] = Object.entries(exports).find(
    ([name, value]) =>
      /^[A-Z]\w*Client$/.test(name) && name !== '__Client' && typeof value === 'function',
  )!
  const client = new (Client as new (options: unknown) => { config: ClientConfig })({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  return client.config
}
