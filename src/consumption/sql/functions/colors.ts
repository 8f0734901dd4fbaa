import { type FunctionTable, forms } from './registry.ts'

/** https://trino.io/docs/current/functions/color.html. A color is its text in the engine. */
export const colorFunctions: FunctionTable = {
  color: forms(
    ['varchar -> color', 'trino_color($1)'],
    ['double, color, color -> color', 'trino_color_between($1, $2, $3)'],
    [
      'double, double, double, color, color -> color',
      'trino_color_between(($1 - $2) / ($3 - $2), $4, $5)',
    ],
  ),
  rgb: forms(['bigint, bigint, bigint -> color', 'trino_rgb($1, $2, $3)']),
  render: forms(
    ['varchar, color -> varchar', 'trino_render($1, $2)'],
    ['bigint, color -> varchar', 'trino_render(CAST($1 AS VARCHAR), $2)'],
    ['double, color -> varchar', 'trino_render(trino_double_text(CAST($1 AS VARCHAR)), $2)'],
    [
      'boolean -> varchar',
      `CASE WHEN $1 THEN trino_render('✓', 'green') WHEN NOT $1 THEN trino_render('✗', 'red') END`,
    ],
  ),
  bar: forms(
    ['double, bigint -> varchar', `trino_bar($1, $2, '#ff0000', '#00ff00')`],
    ['double, bigint, color, color -> varchar', 'trino_bar($1, $2, $3, $4)'],
  ),
}
