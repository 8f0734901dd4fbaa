import {
  SearchTables$,
  type SearchTablesRequest,
  type SearchTablesResponse,
} from '@aws-sdk/client-glue'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
 * SearchText is looked for in names, descriptions, comments and parameters; Filters and SortCriteria are refused.
 */
export const SearchTables = operation<SearchTablesRequest, SearchTablesResponse>(
  SearchTables$,
  async (input, ctx) => {
    if (input.Filters?.length || input.SortCriteria?.length) {
      throw new AwsError({
        name: 'InvalidInputException',
        message: 'Filters and SortCriteria are not supported: search by SearchText.',
      })
    }
    const ref = catalogRef(input, ctx)
    // In quotes AWS asks for the exact text; without, for any part of it. Here both find the text.
    const text = input.SearchText?.replace(/^"(.*)"$/, '$1')
    const page = await ctx.metastore.searchTables(ref, { ...pageInput(input, 1000), text })
    return {
      TableList: page.items.map((table) => toTable(table, ref)),
      NextToken: page.nextToken,
    }
  },
)
