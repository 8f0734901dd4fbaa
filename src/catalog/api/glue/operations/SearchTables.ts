import {
  type Comparator,
  SearchTables$,
  type SearchTablesRequest,
  type SearchTablesResponse,
} from '@aws-sdk/client-glue'
import { CatalogErrors, type SearchFilter } from '#catalog/metastore'
import { operation } from '../context.ts'
import { catalogRef, pageInput, required } from '../refs.ts'
import { toTable } from '../shapes/table.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
 * A filter's key is a member of the table or the name of a parameter. One sort criterion counts, as on AWS.
 */
export const SearchTables = operation<SearchTablesRequest, SearchTablesResponse>(
  SearchTables$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    const [sort, ...more] = input.SortCriteria ?? []
    if (more.length > 0) throw CatalogErrors.InvalidInput('At most one sort criterion is allowed.')
    const page = await ctx.metastore.searchTables(ref, {
      ...pageInput(input, 1000),
      text: input.SearchText === '' ? undefined : input.SearchText,
      filters: input.Filters?.map(({ Key, Value, Comparator }) => {
        return {
          key: required(Key, 'Key'),
          value: Value ?? '',
          comparator: fromComparator(Comparator),
        }
      }),
      sort: sort && {
        field: required(sort.FieldName, 'FieldName'),
        descending: sort.Sort === 'DESC',
      },
    })
    return {
      TableList: page.items.map((table) => toTable(table, ref)),
      NextToken: page.nextToken,
    }
  },
)

function fromComparator(comparator: Comparator | undefined): SearchFilter['comparator'] {
  return comparator === undefined ? undefined : (comparator as SearchFilter['comparator'])
}
