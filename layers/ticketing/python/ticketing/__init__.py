"""What every service shares: errors, time, ids, money, AWS access, HTTP and events.

No business rule lives here, and importing a module costs only what that module needs.
"""

import gc
import os

if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    gc.disable()  # Start-up makes no garbage worth finding; `ticketing.aws.init` turns it on again.
