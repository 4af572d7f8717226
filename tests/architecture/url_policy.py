"""What each address answers to each caller; the cells are explained in test_urls.py."""

CALLERS = (
    "anonymous", "client", "technician", "operator", "curator", "engineer", "workshop", "superuser", "integrator",
    "deactivated",
)  # fmt: skip
POLICY = """
address method                               anonymous client  technician operator curator engineer workshop superuser integrator deactivated
/ GET                                              302     302        302     302     302      302      302       302        302         302
/files/<uuid:uid>/ GET                             404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/view/ GET                        404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/view/<int:page>/ GET             404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/thumbnail/ GET                   404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/thumbnail/<int:page>/ GET        404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/health/ GET                                       200     200        200     200     200      200      200       200        200         200
/health/live/ GET                                  200     200        200     200     200      200      200       200        200         200
/health/bot/ GET                                   200     200        200     200     200      200      200       200        200         200
/metrics/ GET                                       404     404        404     404     404      404      404       404        404         404
/telegram/webhook/ POST                            404     404        404     404     404      404      404       404        404         404
/docs/ GET                                         200     200        200     200     200      200      200       200        200         200
/redoc/ GET                                        200     200        200     200     200      200      200       200        200         200

/api/auth/token/ POST                              400     400        400     400     400      400      400       400        400         400
/api/auth/logout/ POST                             400     400        400     400     400      400      400       400        400         400
/api/auth/token/refresh/ POST                      400     400        400     400     400      400      400       400        400         400
/api/files/<uuid:uid>/ GET                         401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/categories/ GET                               401     200        200     200     200      200      200       200        200         401
/api/profile/ GET                                  401     200        200     200     200      200      200       200        200         401
/api/profile/ PATCH                                401     200        200     200     200      200      200       200        200         401
/api/users/ GET                                    401     200        200     200     200      200      200       200        200         401
/api/users/<str:pk>/ GET                           401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/contacts/ GET                                 401     403        400     400     400      403      403       400        400         401
/api/contacts/<str:pk>/ GET                        401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/contacts/<str:pk>/ PATCH                      401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/attachments/ GET                 401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/attachments/ POST                401     415        415     415     415      415      415       415        415         401
/api/tickets/<pk>/audit/ GET                       401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/ GET                                  401     200        200     200     200      200      200       200        200         401
/api/tickets/ POST                                 401 201/403    201/400 201/400 201/400      403      403       201    201/400         401
/api/tickets/<pk>/ GET                             401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/comments/ GET                    401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/comments/ POST                   401 201/404    201/404 201/404 201/404      404      404       201    201/404         401
/api/tickets/<pk>/<move>/ POST                     401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/assign/ POST                     401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/priority/ POST                   401 403/404    200/404 200/404 200/404      404      404       200    200/404         401

/api/orders/ GET                                      401       200       200       200       200       200       200       200       200       401
/api/orders/ POST                                     401       403       403       403   201/404       403       403       403       403       401
/api/orders/<pk>/ GET                                 401   200/404       404       404   200/404   200/404       404       200   200/404       401
/api/orders/<pk>/attempts/ GET                        401   403/404       404       404   200/404   200/404       404       200   200/404       401
/api/orders/<pk>/audit/ GET                           401   403/404       404       404   200/404   200/404       404       200   200/404       401
/api/orders/<pk>/<move>/ POST                         401   403/404       404       404   403/404   201/404       404       403   403/404       401
/api/orders/<pk>/approve/ POST                        401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/return/ POST                         401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/cancel/ POST                         401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/assign/ POST                         401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/plan/ POST                           401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/exclude/ POST                        401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/extend/ POST                         401   403/404       404       404   200/404   403/404       404       403   403/404       401
/api/orders/<pk>/hand_over/ POST                      401       415       415       415       415       415       415       415       415       401
/api/orders/<pk>/take/ POST                           401       403       403       403       403       403   200/404       403       403       401
/api/orders/<pk>/release/ POST                        401   403/404       404       404   204/404   403/404   204/404       403   403/404       401
/api/orders/<pk>/priority/ POST                       401   403/404       404       404   200/404   403/404   403/404       403   403/404       401

/api/admin/invites/ GET                            401     403        403     200     200      403      403       200        403         401
/api/admin/invites/ POST                           401     403        403     403     201      403      403       201        403         401
/api/admin/invites/<uuid:uid>/ GET                 401     403        403     404 200/404      403      403       200        403         401
/api/admin/invites/<uuid:uid>/revoke/ POST         401     403        403     404 200/404      403      403       200        403         401

/admin/ GET                                      login   login        200     200     200    login    login       200      login       login
/admin/login/ GET                                  200     200        302     302     302      200      200       302        200         200
/admin/logout/ POST                                302     302        200     200     200      302      302       200        302         302
/admin/password_change/ GET                      login   login        200     200     200    login    login       200      login       login
/admin/password_change/done/ GET                 login   login        200     200     200    login    login       200      login       login
/admin/search/ GET                               login   login        200     200     200    login    login       200      login       login
/admin/autocomplete/ GET                         login   login        403     403     403    login    login       403      login       login
/admin/jsi18n/ GET                               login   login        200     200     200    login    login       200      login       login
/admin/r/<path:content_type_id>/<path:object_id>/ GET login login     404     404     404    login    login       404      login       login
/admin/<app_label>/ GET                          login   login        200     200     200    login    login       200      login       login
/admin/<url> GET                                 login   login        404     404     404    login    login       404      login       login

/admin/second-factor/ GET                        login   login        200     200     200    login    login       200      login       login
/admin/second-factor/ POST                       login   login        400     400     400    login    login       400      login       login
/admin/installation/ GET                         login   login        403     403     403    login    login       200      login       login
/admin/second-factor/off/ POST                   login   login        302     302     302    login    login       302      login       login

/admin/tickets/ticket/ GET                       login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/add/ GET                   login   login        403     403     403    login    login       403      login       login
/admin/tickets/ticket/<path:object_id>/ GET      login   login        302     302     302    login    login       302      login       login
/admin/tickets/ticket/<path:object_id>/change/ GET login login    200/404 200/404 200/404    login    login       200      login       login
/admin/tickets/ticket/<path:object_id>/delete/ GET login login        403     403     403    login    login       403      login       login
/admin/tickets/ticket/<path:object_id>/history/ GET login login       404     404     404    login    login       404      login       login
/admin/tickets/ticket/<int:pk>/comment/ POST     login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/edit/ POST login login 404 404 404 login  login       404      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/delete/ POST login login 404 404 404 login login      404      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/repeat/ POST login login 404 404 404 login login      404      login       login
/admin/tickets/ticket/<int:pk>/move/<str:move>/ POST login login  302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/assign/ POST      login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/priority/ POST    login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/phone/ POST       login   login    403/404 200/404 200/404    login    login       200      login       login
/admin/tickets/ticket/<int:pk>/link/ POST        login   login    403/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/live/ GET                  login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/new/ GET                   login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/new/ POST                  login   login        302     302     302    login    login       302      login       login

/admin/orders/order/ GET                            login     login       403       403       200     login     login       200     login     login
/admin/orders/order/add/ GET                        login     login       403       403       403     login     login       403     login     login
/admin/orders/order/<path:object_id>/ GET           login     login       302       302       302     login     login       302     login     login
/admin/orders/order/<path:object_id>/change/ GET    login     login       404       404   200/404     login     login       200     login     login
/admin/orders/order/<path:object_id>/delete/ GET    login     login       403       403       403     login     login       403     login     login
/admin/orders/order/<path:object_id>/history/ GET    login     login       404       404       404     login     login       404     login     login
/admin/orders/order/new/ GET                        login     login       403       403       200     login     login       403     login     login
/admin/orders/order/new/ POST                       login     login       403       403   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/approve/ POST          login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/return/ POST           login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/cancel/ POST           login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/assign/ POST           login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/plan/ POST             login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/exclude/ POST          login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/extend/ POST           login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/priority/ POST         login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/penalty/ POST          login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/<int:pk>/release/ POST          login     login       404       404   302/404     login     login       403     login     login
/admin/orders/order/team/ GET                       login     login       403       403       200     login     login       403     login     login
/admin/orders/order/team/<int:person>/<str:what>/ POST       login login 403 403 302/404 login login 403 login login
/admin/orders/order/report/ GET                     login     login       403       403       200     login     login       200     login     login

/admin/accounts/user/ GET                        login   login        403     403     403    login    login       200      login       login
/admin/accounts/user/add/ GET                    login   login        403     403     403    login    login       403      login       login
/admin/accounts/user/<path:object_id>/ GET       login   login        302     302     302    login    login       302      login       login
/admin/accounts/user/<path:object_id>/change/ GET login  login        403     403     403    login    login       200      login       login
/admin/accounts/user/<path:object_id>/delete/ GET login  login        403     403     403    login    login       403      login       login
/admin/accounts/user/<path:object_id>/history/ GET login login        404     404     404    login    login       404      login       login
/admin/accounts/user/new/ GET                    login   login        403     403     403    login    login       200      login       login
/admin/accounts/user/new/ POST                   login   login        403     403     403    login    login       302      login       login
/admin/accounts/user/<int:pk>/roles/ POST        login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/service/ POST      login   login        404     404     404    login    login       400      login       login
/admin/accounts/user/<int:pk>/password/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/deactivate/ POST   login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/activate/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/end/ POST          login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/factor/ POST       login   login        404     404     404    login    login       302      login       login
/admin/accounts/tenant/<int:pk>/factor/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/tenant/ GET                      login   login        403     403     403    login    login       200      login       login
/admin/accounts/tenant/add/ GET                  login   login        403     403     403    login    login       403      login       login
/admin/accounts/tenant/<path:object_id>/ GET     login   login        302     302     302    login    login       302      login       login
/admin/accounts/tenant/<path:object_id>/change/ GET login login       403     403     403    login    login       200      login       login
/admin/accounts/tenant/<path:object_id>/delete/ GET login login       403     403     403    login    login       403      login       login
/admin/accounts/tenant/<path:object_id>/history/ GET login login      404     404     404    login    login       404      login       login

/admin/accounts/invite/ GET                      login   login        403     200     200    login    login       200      login       login
/admin/accounts/invite/add/ GET                  login   login        403     403     403    login    login       403      login       login
/admin/accounts/invite/<path:object_id>/ GET     login   login        302     302     302    login    login       302      login       login
/admin/accounts/invite/<path:object_id>/change/ GET login login       404     404 200/404    login    login       200      login       login
/admin/accounts/invite/<path:object_id>/delete/ GET login login       403     403     403    login    login       403      login       login
/admin/accounts/invite/<path:object_id>/history/ GET login login      404     404     404    login    login       404      login       login
/admin/accounts/invite/new/ GET                  login   login        403     200     200    login    login       200      login       login
/admin/accounts/invite/new/ POST                 login   login        403     400     302    login    login       400      login       login
/admin/accounts/invite/<int:pk>/revoke/ POST     login   login        404     404 302/404    login    login       302      login       login
"""  # noqa: E501
