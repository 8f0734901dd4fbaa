import { VARCHAR, quoteText } from '../types/type.ts'
import { type FunctionTable, own } from './registry.ts'

/** https://trino.io/docs/current/functions/session.html */
export const sessionFunctions: FunctionTable = {
  current_catalog: own('', (args) =>
    args.length > 0
      ? undefined
      : { sql: "'awsdatacatalog'", type: VARCHAR, constant: 'awsdatacatalog' },
  ),
  current_schema: own('', (args, { schema }) =>
    args.length > 0 ? undefined : { sql: quoteText(schema), type: VARCHAR, constant: schema },
  ),
}
