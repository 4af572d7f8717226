# make run starts everything, make test tests everything. Both need Python 3.11 or newer, and nothing else.

MANAGE := .venv/bin/python manage.py
COMPILE := .venv/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-header

# What settings ask for, for commands that only look at the code: nothing is reached, signed or sealed with it.
NO_SECRETS := env PYTHONWARNINGS=ignore::RuntimeWarning DATABASE_URL=postgresql://127.0.0.1:9/none \
	SECRET_KEY=only-for-looking-at-the-code-0123456789 JWT_SIGNING_KEY=only-for-looking-at-the-code-0123456789 \
	DATA_KEYS=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=

.DEFAULT_GOAL := help
.PHONY: help run test bench pictures schema lint types lock messages settings clean .venv up down diag monitor backup restore

COMPOSE := docker compose

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: .venv ## Start TWS on this machine: database, web, workers, bot, Telegram simulator
	@exec .venv/bin/python -m ops.supervisor

test: .venv ## Run the tests; ARGS="-k name" picks some
	@scripts/install-system-packages
	@env -u DJANGO_SETTINGS_MODULE .venv/bin/pytest -n 2 $(ARGS)

bench: .venv ## Measure what the house costs; ARGS=--small shows in a minute that it runs
	@env -u DJANGO_SETTINGS_MODULE .venv/bin/python -m bench $(ARGS)

pictures: .venv ## Take the pictures of the guides anew
	@env -u DJANGO_SETTINGS_MODULE .venv/bin/pytest -q tests/browser/test_looks.py
	@for page in table card orders order; do cp screenshots/$$page-desktop-light.png docs/images/$$page.png; done

lint: .venv ## Check style, templates and layers
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	@templates=$$(git ls-files '*/templates/*.html' 'templates/*.html'); \
		[ -z "$$templates" ] || .venv/bin/djlint --quiet --lint $$templates
	.venv/bin/lint-imports

types: .venv ## Check the types
	@echo .venv/bin/mypy; $(NO_SECRETS) .venv/bin/mypy .

lock: .venv ## Resolve the requirements anew; ARGS=--upgrade takes the newest of all
	$(COMPILE) $(ARGS) --group dev -o requirements-dev.txt
	$(COMPILE) $(ARGS) -c requirements-dev.txt -o requirements.txt

messages: .venv ## Collect and compile the texts to translate
	$(NO_SECRETS) $(MANAGE) makemessages -l ru --no-obsolete --no-wrap --add-location=file \
		--ignore .venv --ignore tests --ignore simulator
	$(NO_SECRETS) $(MANAGE) compilemessages --ignore .venv
	scripts/unfold-messages

schema: .venv ## Write the API's description from the code, for Swagger, ReDoc and Postman
	@$(NO_SECRETS) $(MANAGE) spectacular --file static/api/openapi.yaml
	@$(NO_SECRETS) .venv/bin/python scripts/postman static/api/openapi.yaml static/api/postman.json

settings: .venv ## Write .env.example from the settings in the code
	@$(NO_SECRETS) $(MANAGE) env_example > .env.example

up: ## Start an installation in containers, or bring it up to date
	$(COMPOSE) up --build --detach --remove-orphans

down: ## Stop it; data stay
	$(COMPOSE) down

logs-%: ## Follow the log of one service: logs-web, logs-bot …
	$(COMPOSE) logs --follow --tail 200 $*

diag: ## Say in plain words what is wrong with it
	$(COMPOSE) exec -T web python manage.py diagnose

monitor: ## Watch its processes and its diagnosis
	watch -n 5 '$(COMPOSE) ps; $(COMPOSE) exec -T web python manage.py diagnose'

backup: ## Save database and files to backups/<moment>; the keys in .env are kept elsewhere
	@scripts/backup "$(COMPOSE)"

restore: ## Put back what FROM=backups/<moment> holds, in place of what is there
	@scripts/restore "$(COMPOSE)" "$(FROM)"

clean: ## Remove .venv and caches; the data of make run in .tws stay
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv:
	@scripts/bootstrap
