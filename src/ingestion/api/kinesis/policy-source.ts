import { parsedPolicies, type FoundSide, type SideQuestion } from '#governance/identity'
import { parseArn, type Streams } from '#ingestion/streams'
import { isLakeError } from '#kit'

/** The policies that stand at streams and consumers: https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html */
export function streamPolicySource(streams: Pick<Streams, 'policies'>) {
  const parse = parsedPolicies('kinesis:DeleteResourcePolicy')
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
