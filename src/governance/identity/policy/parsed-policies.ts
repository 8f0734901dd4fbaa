import { parsePolicy, type Policy } from './document.ts'

const parsedMax = 1000

/** Reads policies that stand at resources, each text once. One that cannot be read forbids everything but `removal`, the action that ends it. */
export function parsedPolicies(removal: string): (text: string) => Policy {
  const parsed = new Map<string, Policy>()
  return (text) => {
    let policy = parsed.get(text)
    if (!policy) {
      policy = readPolicy(text, removal)
      if (parsed.size >= parsedMax) parsed.clear()
      parsed.set(text, policy)
    }
    return policy
  }
}

function readPolicy(text: string, removal: string): Policy {
  try {
    return parsePolicy(text, 'key')
  } catch {
    const statement = { Effect: 'Deny', Principal: '*', NotAction: removal, Resource: '*' }
    return parsePolicy(JSON.stringify({ Statement: statement }), 'key')
  }
}
