import type { ResourcePolicySource } from '#governance/identity'

/**
 * One source for all: what stands at a resource is known to the service whose it is, whichever was called. A resource that is not there
 * says so only to whoever calls its own service; for others nothing stands there, and what they do next will find out.
 */
export function policiesAtResources(
  sources: Readonly<Record<string, ResourcePolicySource>>,
  called: string,
): ResourcePolicySource {
  return (question) => {
    const owner = /^arn:aws:([a-z0-9-]+):/.exec(question.resource)?.[1]
    if (owner === undefined || owner === called) return sources[called]?.(question)
    return elsewhere(sources[owner], question)
  }
}

async function elsewhere(
  source: ResourcePolicySource | undefined,
  question: Parameters<ResourcePolicySource>[0],
) {
  try {
    return await source?.(question)
  } catch (error) {
    if ((error as { readonly status?: number }).status === 404) return undefined
    throw error
  }
}
