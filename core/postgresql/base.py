from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a pooled connection before it is used.

    When one is dead the others mostly are. The pool's own check finds that out one by one, pausing longer after each,
    and gives up at the fifth; here all of them go at once and the second one lent is new.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        lent = super().get_new_connection(conn_params)
        if self.pool is None:
            return lent
        try:
            ConnectionPool.check_connection(lent)
        except psycopg.OperationalError:
            self.pool.putconn(lent)
            self.pool.drain()
            lent = super().get_new_connection(conn_params)
        return lent
