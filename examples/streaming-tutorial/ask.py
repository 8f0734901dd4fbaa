#!/usr/bin/env python3
"""Asks Athena about the orders, through awswrangler, and prints the answers as tables.

    python ask.py --database orders_lake --workgroup orders-workgroup
"""

import argparse

import awswrangler as wr

QUESTIONS = {
    "Revenue by product": """
        SELECT product, count(*) AS orders, sum(quantity) AS pieces,
               round(sum(quantity * unit_price), 2) AS revenue
        FROM orders
        GROUP BY product
        ORDER BY revenue DESC""",
    "The five busiest countries": """
        SELECT customer.country AS country, count(*) AS orders
        FROM orders
        GROUP BY customer.country
        ORDER BY orders DESC, country
        LIMIT 5""",
    "Express orders by day": """
        SELECT year, month, day, count_if(express) AS express, count(*) AS orders
        FROM orders
        GROUP BY year, month, day
        ORDER BY year, month, day""",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", default="orders_lake")
    parser.add_argument("--workgroup", default="orders-workgroup")
    arguments = parser.parse_args()
    # botocore reads AWS_ENDPOINT_URL by itself; awswrangler needs nothing more.
    for title, sql in QUESTIONS.items():
        frame = wr.athena.read_sql_query(
            sql,
            database=arguments.database,
            workgroup=arguments.workgroup,
            ctas_approach=False,
        )
        print(f"\n{title}\n{frame.to_string(index=False)}")


if __name__ == "__main__":
    main()
