import type { Page, PageInput } from '#catalog/metastore'
import { badRequest, type RestRequest } from '#protocol/iceberg-rest'

const pageMax = 1000

/**
 * One page when the client asks for pages, else all: a client that sends no `pageToken` does not know of them.
 * https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, PageToken
 */
export async function listed<T>(
  request: RestRequest,
  list: (page: PageInput) => Promise<Page<T>>,
): Promise<{ readonly items: readonly T[]; readonly 'next-page-token': string | null }> {
  const token = request.query.get('pageToken')
  if (token !== null) {
    const limit = pageSize(request.query.get('pageSize'))
    const page = await list({ limit, ...(token === '' ? {} : { nextToken: token }) })
    return { items: page.items, 'next-page-token': page.nextToken ?? null }
  }
  const items: T[] = []
  let nextToken: string | undefined
  do {
    const page: Page<T> = await list({ limit: pageMax, ...(nextToken ? { nextToken } : {}) })
    items.push(...page.items)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return { items, 'next-page-token': null }
}

function pageSize(text: string | null): number {
  if (text === null || text === '') return pageMax
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1) throw badRequest('pageSize must be a positive integer')
  return Math.min(size, pageMax)
}
