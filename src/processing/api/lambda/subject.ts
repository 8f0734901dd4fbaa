import {
  parseFunctionName,
  type FunctionRef,
  type FunctionScope,
  type NamedFunction,
} from '#processing/functions'
import { AwsError, type Call } from '#protocol/aws'
import { invalidParameter } from './errors.ts'

type Where = Pick<Call, 'accountId' | 'region'>

export function scopeOf({ accountId, region }: Where): FunctionScope {
  return { accountId, region }
}

/** The function that an input names, and the version or alias that it means. Error: `InvalidFunctionParameter`. */
export function functionOf(
  ctx: Where,
  input: { readonly FunctionName?: string | undefined; readonly Qualifier?: string | undefined },
): { readonly ref: FunctionRef; readonly qualifier: string | undefined } {
  const named: NamedFunction = parseFunctionName(
    scopeOf(ctx),
    input.FunctionName ?? '',
    input.Qualifier,
  )
  const { qualifier, ...ref } = named
  return { ref, qualifier }
}

/** For operations that work on the function as a whole: a qualifier in its name is refused. */
export function wholeFunction(
  ctx: Where,
  input: { readonly FunctionName?: string | undefined },
): FunctionRef {
  const { ref, qualifier } = functionOf(ctx, input)
  if (qualifier !== undefined) {
    throw refused('This operation does not permit an alias or a version in the function name.')
  }
  return ref
}

export function refused(message: string): AwsError {
  return new AwsError(invalidParameter(message))
}
