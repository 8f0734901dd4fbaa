import { silentLogger, systemClock } from '#kit'
import { createGateway, type BoundService, type GatewayOptions } from '#protocol/aws'
import { createSigV4Authenticator } from '#protocol/aws/sigv4'
import { listen, type HttpLimits } from '#protocol/http'
import { testCredentials, type ClientConfig } from './lake.ts'

export interface TestGateway extends AsyncDisposable {
  readonly endpoint: string
  readonly port: number
  readonly config: ClientConfig
  close(): Promise<void>
}

/** The gateway alone, over a real listener, for services that a test makes. */
export async function startGateway(
  services: readonly BoundService[],
  options: { readonly limits?: Partial<HttpLimits> } & Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const accountId = '123456789012'
  const log = options.log ?? silentLogger()
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    log,
    ...(options.limits ? { limits: options.limits } : {}),
    handler: createGateway({
      services,
      authenticate: createSigV4Authenticator({
        credentials: {
          lookup: (accessKeyId) =>
            accessKeyId === testCredentials.accessKeyId
              ? {
                  secretAccessKey: testCredentials.secretAccessKey,
                  caller: {
                    accountId,
                    kind: 'root',
                    arn: `arn:aws:iam::${accountId}:root`,
                    userId: accountId,
                    accessKeyId,
                  },
                }
              : undefined,
        },
        clock: systemClock,
        region: 'us-east-1',
      }),
      authorize: () => {},
      clock: systemClock,
      log,
      ...options,
    }),
  })
  const endpoint = `http://127.0.0.1:${listener.port}`
  return {
    endpoint,
    port: listener.port,
    config: { endpoint, region: 'us-east-1', credentials: testCredentials, maxAttempts: 1 },
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  }
}
