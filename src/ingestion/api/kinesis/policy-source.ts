import { parsePolicy, type FoundSide, type Policy, type SideQuestion } from '#governance/identity'
import { parseArn, type Streams } from '#ingestion/streams'
import { isLakeError } from '#kit'

const parsedMax = 1000

/** The policies that stand at streams and consumers: https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html */
export function streamPolicySource(streams: Pick<Streams, 'policies'>) {
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
    const place = parseArn(resource)
    if (!place || place.region !== region) return undefined
    const { accountId } = place
    try {
      const text = await streams.policies.current({ accountId, region }, resource)
      return { accountId, policy: text === undefined ? undefined : parse(text) }
    } catch (error) {
      // To its own account the operation tells that it is not there; a stranger is not let in.
      if (isLakeError(error, 'StreamNotFound')) return { accountId }
      throw error
    }
  }
}

/** What cannot be read forbids everything; root may remove it. */
function readPolicy(text: string): Policy {
  try {
    return parsePolicy(text, 'key')
  } catch {
    return parsePolicy(
      '{"Statement":{"Effect":"Deny","Principal":"*","NotAction":"kinesis:DeleteResourcePolicy","Resource":"*"}}',
      'key',
    )
  }
}
