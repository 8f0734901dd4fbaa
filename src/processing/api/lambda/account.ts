import type { FunctionRef } from '#processing/functions'
import type { Call } from '#protocol/aws'
import type { LambdaContext } from './context.ts'
import { refused, scopeOf } from './subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const accountLimits = {
  TotalCodeSize: 80_530_636_800,
  CodeSizeUnzipped: 262_144_000,
  CodeSizeZipped: 52_428_800,
  ConcurrentExecutions: 1000,
}
const unreservedMin = 100

type Context = Call & LambdaContext

/** What the functions of an account have reserved, `without` one of them. */
export async function reservedIn(ctx: Context, without?: string): Promise<number> {
  return ctx.functions.reservedConcurrency(scopeOf(ctx), without)
}

/** Error: `InvalidParameterValueException` when too little would be left for the other functions. */
export async function checkReserved(ctx: Context, ref: FunctionRef, count: number): Promise<void> {
  const others = await reservedIn(ctx, ref.name)
  if (accountLimits.ConcurrentExecutions - others - count >= unreservedMin) return
  throw refused(
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedMin}].`,
  )
}
