import { parseFunctionArn, type FunctionRef } from '#processing/functions'
import type { Call } from '#protocol/aws'
import { refused } from './subject.ts'

/** The function that a tagging call names: only functions have tags. */
export function taggedFunction(ctx: Pick<Call, 'region'>, arn: string): FunctionRef {
  const found = parseFunctionArn(arn)
  if (!found || found.region !== ctx.region || found.qualifier !== undefined) {
    throw refused(`Tags can only be on functions, named by their ARN without a version: ${arn}`)
  }
  const { accountId, region, name } = found
  return { accountId, region, name }
}
