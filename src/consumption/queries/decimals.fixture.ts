import type { QueryCase } from './query-shapes.fixture.ts'

const large =
  "(VALUES (decimal '9999999999999.99', decimal '99999999999999.99', decimal '99999999999999999.9')) AS t(x, y, b)"
const prices =
  "(VALUES (decimal '10.50', decimal '0.10'), (decimal '20.00', decimal '0.25'), (NULL, decimal '0.10')) AS t(x, d)"

/** Results that 64 bits hold, and such that they do not. https://trino.io/docs/current/functions/decimal.html */
export const decimalCases: readonly QueryCase[] = [
  [
    `SELECT x * y, typeof(x * y) FROM ${large}`,
    [['999999999999998900000000000.0001', 'decimal(31,4)']],
  ],
  [`SELECT b + b, typeof(b + b) FROM ${large}`, [['199999999999999999.8', 'decimal(19,1)']]],
  [`SELECT b - (-b), typeof(b - b) FROM ${large}`, [['199999999999999999.8', 'decimal(19,1)']]],
  [
    `SELECT sum(x * y), avg(x * y), max(x * y) FROM ${large}`,
    [
      [
        '999999999999998900000000000.0001',
        '999999999999998900000000000.0001',
        '999999999999998900000000000.0001',
      ],
    ],
  ],
  [
    `SELECT sum(x * y - x * y), sum(x * y + x * y), sum(x * y * 2) FROM ${large}`,
    [['0.0000', '1999999999999997800000000000.0002', '1999999999999997800000000000.0002']],
  ],
  [
    `SELECT x * y FROM ${large} WHERE x * y > 5 AND TRY(x * y) IS NOT NULL`,
    [['999999999999998900000000000.0001']],
  ],
  [
    `SELECT sum(x * (1 - d)), avg(x * (1 - d)), count(x * (1 - d)), typeof(1 - d) FROM ${prices} GROUP BY typeof(1 - d)`,
    [['24.4500', '12.2250', '2', 'decimal(13,2)']],
  ],
  [
    `SELECT sum(DISTINCT x * x), sum(x * d) FILTER (WHERE d < 0.2), sum(x * (1 - d) * (1 + d)) FROM ${prices}`,
    [['510.2500', '1.0500', '29.145000']],
  ],
]
