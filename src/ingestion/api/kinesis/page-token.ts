import { StreamErrors, iteratorLifeMs } from '#ingestion/streams'
import type { Call } from '#protocol/aws'
import type { KinesisContext } from './context.ts'

type Context = Call & KinesisContext

/** An opaque token for the next page of a list, good for five minutes, in this account and region only. */
export function sealPage(ctx: Context, list: string, parts: readonly string[]): string {
  const { accountId, region, clock } = ctx
  return ctx.streams.tokens.seal([String(clock.now()), list, accountId, region, ...parts])
}

/** The stream whose shards a token goes on with, for whoever decides about access; undefined when it is no such token. */
export function streamOfPage(
  streams: Pick<KinesisContext['streams'], 'tokens'>,
  scope: { readonly accountId: string; readonly region: string },
  token: string,
): string | undefined {
  const [, list, accountId, region, name] = streams.tokens.open(token) ?? []
  const isOwn = list === 'shards' && accountId === scope.accountId && region === scope.region
  return isOwn ? name : undefined
}

/** What `sealPage` was given. Errors: `InvalidArgument`, `TokenExpired`. */
export function openPage(ctx: Context, list: string, token: string): readonly string[] {
  const [created, ofList, accountId, region, ...parts] = ctx.streams.tokens.open(token) ?? []
  if (ofList !== list || accountId !== ctx.accountId || region !== ctx.region) {
    throw StreamErrors.InvalidArgument(`NextToken ${token} is invalid.`)
  }
  if (ctx.clock.now() - Number(created) > iteratorLifeMs) {
    throw StreamErrors.TokenExpired('NextToken has expired. Start the list again.')
  }
  return parts
}
