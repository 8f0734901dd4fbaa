import { BoundedCache } from '#kit'
import { parsePolicy, type Policy } from './document.ts'

/** Policies that are kept, and the characters of their texts. */
const bounds = { countMax: 1000, lengthMax: 4 * 1024 * 1024 }

/** Reads policies that stand at resources, each text once. One that cannot be read forbids everything but `removal`, the action that ends it. */
export function parsedPolicies(removal: string): (text: string) => Policy {
  const parsed = new BoundedCache<string, Policy>(bounds)
  return (text) => {
    let policy = parsed.get(text)
    if (!policy) {
      policy = readPolicy(text, removal)
      parsed.set(text, policy, text.length)
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
