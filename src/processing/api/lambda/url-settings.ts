import type { Cors, FunctionUrlConfig } from '@aws-sdk/client-lambda'
import { functionArn, isVersion, type FunctionUrl } from '#processing/functions'
import type { Call } from '#protocol/aws'
import { functionOf, refused } from './subject.ts'
import { urlAddress } from './url-address.ts'

/** The function and the alias that a URL is for: versions and `$LATEST` by its name have none. */
export function urlSubject(
  ctx: Pick<Call, 'accountId' | 'region'>,
  input: { readonly FunctionName?: string | undefined; readonly Qualifier?: string | undefined },
) {
  const subject = functionOf(ctx, input)
  if (subject.qualifier !== undefined && isVersion(subject.qualifier)) {
    throw refused(
      `1 validation error detected: Value '${subject.qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`,
    )
  }
  return subject
}

/** Error: `InvalidParameterValueException` for answers that stream. */
export function refuseStreaming(mode: string | undefined): void {
  if (mode === 'RESPONSE_STREAM') throw refused('InvokeMode RESPONSE_STREAM is not supported')
}

export function corsOf(input: Cors | undefined): FunctionUrl['cors'] {
  return (
    input && {
      allowCredentials: input.AllowCredentials,
      allowHeaders: input.AllowHeaders,
      allowMethods: input.AllowMethods,
      allowOrigins: input.AllowOrigins,
      exposeHeaders: input.ExposeHeaders,
      maxAgeS: input.MaxAge,
    }
  )
}

export function toUrlConfig(ctx: Pick<Call, 'request'>, url: FunctionUrl): FunctionUrlConfig {
  return {
    FunctionUrl: urlAddress(url.urlId, ctx.request),
    FunctionArn: functionArn(url.ref, url.qualifier),
    AuthType: url.authType,
    Cors: url.cors && toCors(url.cors),
    CreationTime: new Date(url.createdMs).toISOString(),
    LastModifiedTime: new Date(url.modifiedMs).toISOString(),
    InvokeMode: 'BUFFERED',
  }
}

function toCors(cors: NonNullable<FunctionUrl['cors']>): Cors {
  const list = (items: readonly string[] | undefined) => items && [...items]
  return {
    AllowCredentials: cors.allowCredentials,
    AllowHeaders: list(cors.allowHeaders),
    AllowMethods: list(cors.allowMethods),
    AllowOrigins: list(cors.allowOrigins),
    ExposeHeaders: list(cors.exposeHeaders),
    MaxAge: cors.maxAgeS,
  }
}
