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

const untold = 'Athena documents no answer for it'

/** Functions that are refused with a reason instead of as unknown. */
export const refusedFunctions: Readonly<Record<string, string>> = {
  current_user: untold,
  current_groups: untold,
  current_path: untold,
  current_role: 'Trino has no such function',
}
