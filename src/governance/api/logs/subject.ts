import { LogErrors, type LogGroupRef } from '#governance/monitoring'
import type { Call } from '#protocol/aws'

type Where = Pick<Call, 'accountId' | 'region'>

/** The group that a request names by `logGroupName`, or by `logGroupIdentifier`: a name or an ARN. */
export function groupOf(
  ctx: Where,
  input: {
    readonly logGroupName?: string | undefined
    readonly logGroupIdentifier?: string | undefined
  },
): LogGroupRef {
  const { logGroupName: name, logGroupIdentifier: identifier } = input
  if ((name === undefined) === (identifier === undefined)) {
    throw LogErrors.InvalidLogParameter(
      'Exactly one of logGroupName or logGroupIdentifier must be specified.',
    )
  }
  return { ...scopeOf(ctx), group: name ?? groupNameOf(ctx, identifier!) }
}

export function scopeOf({ accountId, region }: Where): { accountId: string; region: string } {
  return { accountId, region }
}

/** The name in an identifier. A group of another account or region is not there for the caller. */
export function groupNameOf(ctx: Where, identifier: string): string {
  if (!identifier.startsWith('arn:')) return identifier
  const found = /^arn:[^:]+:logs:([^:]+):(\d{12}):log-group:([^:*]+)(?::\*)?$/.exec(identifier)
  if (!found) {
    throw LogErrors.InvalidLogParameter(
      `The specified log group identifier is invalid: ${identifier}`,
    )
  }
  if (found[1] !== ctx.region || found[2] !== ctx.accountId) {
    throw LogErrors.LogResourceNotFound('The specified log group does not exist.')
  }
  return found[3]!
}

/** The resource that a tagging call names. Only log groups have tags here. */
export function taggedGroup(ctx: Where, resourceArn: string): LogGroupRef {
  if (!resourceArn.startsWith('arn:')) {
    throw LogErrors.InvalidLogParameter(`The specified resource ARN is invalid: ${resourceArn}`)
  }
  return { ...scopeOf(ctx), group: groupNameOf(ctx, resourceArn) }
}

/** Without the `:*` at its end, which `arn` in the answers has and `logGroupArn` has not. */
export function groupArn({ accountId, region }: Where, name: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`
}

export function streamArn(ctx: Where, group: string, stream: string): string {
  return `${groupArn(ctx, group)}:log-stream:${stream}`
}
