import time, signal, os
def test_x(house):
    house.start("worker")
    from tests.support.processes import wait_until
    wait_until(lambda: "child_task_id" in house.log("worker"), "x")
    time.sleep(2)
    p=house.running["worker"]
    t=time.time()
    p.send_signal(signal.SIGTERM)
    for _ in range(4):
        time.sleep(0.9)
        try: p.send_signal(signal.SIGUSR1)
        except Exception as e: print(e)
    p.wait(); print("took", time.time()-t)
    print(house.log("worker")[-9000:])
    assert 0
