import { FunctionErrors } from './errors.ts'
import { latest, type FunctionRef, type FunctionScope } from './records.ts'

/** What a caller means by a function name: the function, and the version or alias that the name itself may hold. */
export interface NamedFunction extends FunctionRef {
  readonly qualifier?: string | undefined
}

/** A name, a partial ARN (`account:function:name`) or an ARN, each with or without `:qualifier` (Invoke, FunctionName). */
const form =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]{1,140})(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/

/**
 * Reads a function's name; `qualifier` is the one given beside it, which must not contradict the name's own.
 * Error: `InvalidFunctionParameter`. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function parseFunctionName(
  scope: FunctionScope,
  text: string,
  qualifier?: string,
): NamedFunction {
  const found = form.exec(text)
  if (!found) {
    throw FunctionErrors.InvalidFunctionParameter(
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    )
  }
  const [, region, accountId, name, own] = found
  if (region !== undefined && region !== scope.region) {
    throw FunctionErrors.FunctionNotFound(`Function not found: ${text}`)
  }
  if (own !== undefined && qualifier !== undefined && own !== qualifier) {
    throw FunctionErrors.InvalidFunctionParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  }
  return {
    accountId: accountId ?? scope.accountId,
    region: scope.region,
    name: name!,
    qualifier: qualifier ?? own,
  }
}

export function functionArn(ref: FunctionRef, qualifier?: string): string {
  const arn = `arn:aws:lambda:${ref.region}:${ref.accountId}:function:${ref.name}`
  return qualifier === undefined ? arn : `${arn}:${qualifier}`
}

export interface ParsedFunctionArn extends FunctionRef {
  readonly qualifier?: string | undefined
}

/** Undefined for what is no function's ARN. */
export function parseFunctionArn(arn: string): ParsedFunctionArn | undefined {
  const found =
    /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/.exec(
      arn,
    )
  if (!found) return undefined
  return { region: found[1]!, accountId: found[2]!, name: found[3]!, qualifier: found[4] }
}

export function isVersion(qualifier: string): boolean {
  return qualifier === latest || /^\d+$/.test(qualifier)
}

export function functionNotFound(ref: FunctionRef, qualifier?: string) {
  return FunctionErrors.FunctionNotFound(`Function not found: ${functionArn(ref, qualifier)}`)
}
