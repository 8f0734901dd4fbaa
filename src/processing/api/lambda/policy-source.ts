import { parsePolicy, type FoundSide, type Policy, type SideQuestion } from '#governance/identity'
import { parseFunctionArn, type Functions } from '#processing/functions'

const parsedMax = 1000

/** The policies that stand at functions: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function functionPolicySource(functions: Pick<Functions, 'policies'>) {
  const parsed = new Map<string, Policy>()
  const parse = (text: string): Policy => {
    let policy = parsed.get(text)
    if (!policy) {
      policy = readPolicy(text)
      if (parsed.size >= parsedMax) parsed.clear()
      parsed.set(text, policy)
    }
    return policy
  }
  return async ({ resource, region }: SideQuestion): Promise<FoundSide | undefined> => {
    const named = parseFunctionArn(resource)
    if (!named || named.region !== region) return undefined
    const { qualifier, ...ref } = named
    // A function that is not there has no policy: to its own account the operation tells so, a stranger is not let in.
    const text = await functions.policies.current(ref, qualifier)
    return { accountId: ref.accountId, policy: text === undefined ? undefined : parse(text) }
  }
}

/** What cannot be read forbids everything but to remove it. */
function readPolicy(text: string): Policy {
  try {
    return parsePolicy(text, 'key')
  } catch {
    return parsePolicy(
      '{"Statement":{"Effect":"Deny","Principal":"*","NotAction":"lambda:RemovePermission","Resource":"*"}}',
      'key',
    )
  }
}
